#!/usr/bin/env python3
"""Remakes known.txt, the fields that releases know, from their CRDs.

    remake.py CRDS > known.txt        (needs PyYAML)

CRDS is a folder with a folder for each release below, as its chart or its release page has them. A new release is a line in
RELEASES; what it brings or takes goes to SINCE or GONE, and the script says what is missing there.
"""

import glob
import os
import sys
from collections import Counter

import yaml

# product, what the table counts from, CRDs of the newest release, the newest before it where that is at hand
RELEASES = [
    ("aigw", "v0.5.0", "ai-gateway-v1.1.0", "ai-gateway-v0.5.0"),
    ("eg", "v1.8.0", "envoy-gateway-v1.8.1", None),
    ("eg", "v1.8.0", "envoy-gateway-v1.9.0", "envoy-gateway-v1.8.1"),
    ("gwapi", "v1.0.0", "gateway-api-v1.5.1-experimental", None),
]
KINDS = """AIServiceBackend BackendSecurityPolicy AIGatewayRoute GatewayConfig QuotaPolicy Backend EnvoyProxy
ClientTrafficPolicy BackendTrafficPolicy SecurityPolicy HTTPRouteFilter BackendTLSPolicy Gateway GatewayClass HTTPRoute
ReferenceGrant""".split()

# The first release that has a field.
SINCE = {
    "AIServiceBackend": {"schema.prefix": "v0.5.0", "headerMutation": "v0.4.0", "bodyMutation": "v0.5.0"},
    "BackendSecurityPolicy": {"targetRefs": "v0.3.0", "credentialOverride": "v1.1.0"},
    "AIGatewayRoute": {
        "parentRefs": "v0.3.0",
        "hostnames": "v0.7.0",
        "rules.name": "v1.1.0",
        "rules.streamIdleTimeout": "v1.1.0",
        "rules.timeouts": "v0.2.0",
        "rules.modelsOwnedBy": "v0.2.0",
        "rules.modelsCreatedAt": "v0.2.0",
        "rules.backendRefs.priority": "v0.2.0",
        "rules.backendRefs.modelNameOverride": "v0.3.0",
        "rules.backendRefs.namespace": "v0.4.0",
        "rules.backendRefs.headerMutation": "v0.4.0",
        "rules.backendRefs.bodyMutation": "v0.5.0",
    },
    "GatewayConfig": {"globalLLMRequestCosts": "v0.6.0", "forwardProxy": "v1.1.0"},
}
# The first release that lacks a field again.
GONE = {
    "AIServiceBackend": {"backendSecurityPolicyRef": "v0.4.0", "timeouts": "v0.3.0"},
    "AIGatewayRoute": {"targetRefs": "v0.4.0", "schema": "v0.4.0", "filterConfig": "v0.6.0"},
}
# Types of other projects, whose fields come and go with theirs.
FOREIGN = ("oidc",)


class Node:
    def __init__(self):
        self.below = {}
        self.marks = []

    def key(self):
        return (tuple(self.marks), tuple((name, it.key()) for name, it in sorted(self.below.items())))

    def size(self):
        return 1 + sum(it.size() for it in self.below.values())


def tree(schema):
    """Lists count as what they hold; `*` is any key of a map; `...` takes anything."""
    while isinstance(schema.get("items"), dict):
        schema = schema["items"]
    node = Node()
    more = schema.get("additionalProperties")
    for name, it in (schema.get("properties") or {}).items():
        node.below[name] = tree(it)
    if isinstance(more, dict) and more.get("properties"):
        node.below["*"] = tree(more)
    free = schema.get("x-kubernetes-preserve-unknown-fields") or more is not None and "*" not in node.below
    if free or schema.get("type") == "object" and not node.below:
        node.marks.append("...")
    return node


def crds(folder):
    for file in sorted(glob.glob(os.path.join(folder, "*.yaml"))):
        for crd in yaml.safe_load_all(open(file, encoding="utf-8")):
            if crd and crd.get("kind") == "CustomResourceDefinition":
                versions = {it["name"]: it["schema"]["openAPIV3Schema"] for it in crd["spec"]["versions"]}
                specs = {name: it["properties"].get("spec") for name, it in versions.items()}
                yield crd["spec"]["names"]["kind"], {name: tree(it) for name, it in specs.items() if it}


def newest(versions):
    rank = {"v1": 3, "v1beta1": 2, "v1alpha3": 1}
    return max(versions, key=lambda it: rank.get(it, 0))


def mark(node, old, mark_, path, missing):
    """Marks the topmost fields that `old` lacks."""
    for name, it in node.below.items():
        here = path + [name]
        if name not in old.below:
            missing.append((".".join(here), it, mark_))
        else:
            mark(it, old.below[name], mark_, here, missing)


def find(node, path):
    for name in path.split("."):
        node = node.below[name]
    return node


def main(folder):
    known = {}
    for product, first, release, before in RELEASES:
        old = dict(crds(os.path.join(folder, before))) if before else {}
        last = next(it for it in release.split("-") if it.startswith("v"))
        for kind, versions in crds(os.path.join(folder, release)):
            if kind not in KINDS:
                continue
            root = versions[newest(versions)]
            for path, since in SINCE.get(kind, {}).items():
                find(root, path).marks.append("+" + since)
            for path, gone in GONE.get(kind, {}).items():
                root.below.setdefault(path, Node()).marks[:] = ["...", "-" + gone]
            missing = []
            if kind in old:
                was = old[kind][newest(old[kind])]
                mark(root, was, "+" + last, [], missing)
            for path, node, since in missing:
                if product == "eg":
                    node.marks.append(since)
                elif not node.marks and not any(it in path.split(".") for it in FOREIGN):
                    print(f"{kind}: since when is there {path}?", file=sys.stderr)
            for version, other in versions.items():
                fewer = []
                mark(root, other, "!" + version, [], fewer)
                for path, node, only in fewer:
                    if not any(it.startswith("-") for it in node.marks):
                        node.marks.append(only)
            known[kind] = (product, first, last, root)
    write(known)


def write(known):
    print(HEADER)
    sizes = Counter()

    def count(node):
        if node.size() > 4:
            sizes[node.key()] += 1
        for it in node.below.values():
            count(it)

    for *_, root in known.values():
        count(root)
    shared = {}

    def below(node, depth, out):
        for name, it in sorted(node.below.items()):
            line = " " * depth + " ".join([name, *it.marks])
            if it.below and sizes[it.key()] > 1:
                out.append(f"{line} @{share(it)}")
            else:
                out.append(line)
                below(it, depth + 1, out)

    def share(node):
        key = (node.key()[1],)
        if key not in shared:
            out = []
            below(node, 1, out)
            shared[key] = len(shared) + 1
            print("\n".join([f"@{shared[key]}", *out]))
        return shared[key]

    for kind in KINDS:
        product, first, last, root = known[kind]
        out = []
        below(root, 1, out)
        print("\n".join([f"{kind} {product} {first} {last}", *out]))


HEADER = """\
# The fields of `spec` that releases know, from their CRDs. Written by remake.py, which says how.
# A kind, its product, and the releases that the list holds for; below it the fields. Lists count as what they hold.
# @N  the same as below that mark     *  any key     ...  anything below     !V  not in that API version
# +V  since that release              -V  gone since that release"""

if __name__ == "__main__":
    main(sys.argv[1])
