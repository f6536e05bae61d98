//! The binaries: from `KUBEBUILDER_ASSETS`, else built once from the pinned sources.

use std::{
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

/// Version of Kubernetes that go.mod pins; kubectl cannot parse a server without one.
const VERSION: (&str, &str, &str) = ("v1.37.2", "1", "37");

/// Where the binaries are.
pub(super) struct Assets {
    pub(crate) etcd: PathBuf,
    pub(crate) apiserver: PathBuf,
    pub(crate) kubectl: PathBuf,
}

/// Finds or builds the binaries.
pub(super) fn find() -> Assets {
    if let Some(folder) = std::env::var_os("KUBEBUILDER_ASSETS").map(PathBuf::from) {
        let own = folder.join("kubectl");
        let kubectl = if own.exists() { own } else { PathBuf::from("kubectl") };
        return Assets { etcd: folder.join("etcd"), apiserver: folder.join("kube-apiserver"), kubectl };
    }
    let source = super::folder("apiserver");
    let folder = source.join("bin");
    build(&source, &folder);
    Assets {
        etcd: folder.join("etcd"),
        apiserver: folder.join("kube-apiserver"),
        kubectl: folder.join("kubectl"),
    }
}

/// Builds what is not there. Of several test processes one builds, and the others wait for its lock.
fn build(source: &Path, folder: &Path) {
    std::fs::create_dir_all(folder).unwrap();
    let lock = File::create(folder.join(".lock")).unwrap();
    lock.lock().unwrap();
    if ["etcd", "kube-apiserver", "kubectl"].iter().all(|name| folder.join(name).exists()) {
        return;
    }
    let go = Command::new("go").arg("version").output();
    assert!(
        go.is_ok_and(|it| it.status.success()),
        "live tests need Go (go.dev/dl) to build a kube-apiserver, or its binaries in KUBEBUILDER_ASSETS; \
         AIGW_SKIP_LIVE_TESTS=1 leaves them out"
    );
    super::say("building kube-apiserver, kubectl and etcd for the live tests: 4 to 8 minutes, once");
    let (version, major, minor) = VERSION;
    let mut flags = "-s -w".to_owned();
    for package in ["k8s.io/component-base/version", "k8s.io/client-go/pkg/version"] {
        for (name, value) in [("gitVersion", version), ("gitMajor", major), ("gitMinor", minor)] {
            flags += &["", "-X", &[package, ".", name, "=", value].concat()].join(" ");
        }
    }
    // built beside, so that a build that is cut off leaves nothing that looks finished
    let fresh = folder.join("fresh");
    let status = Command::new("go")
        .current_dir(source)
        .args(["build", "-trimpath", "-ldflags", &flags, "-o"])
        .arg(fresh.join(""))
        .args([
            "k8s.io/kubernetes/cmd/kube-apiserver",
            "k8s.io/kubernetes/cmd/kubectl",
            "go.etcd.io/etcd/server/v3",
        ])
        .status()
        .unwrap();
    assert!(status.success(), "kube-apiserver, kubectl and etcd cannot be built");
    for (built, name) in [("server", "etcd"), ("kube-apiserver", "kube-apiserver"), ("kubectl", "kubectl")] {
        std::fs::rename(fresh.join(built), folder.join(name)).unwrap();
    }
}
