//! What a person sees first, and the rules that can cause it.

use super::{Hop, Rule};

/// Something that a client or an operator sees.
pub struct Symptom {
    /// In the words of whoever sees it.
    pub title: &'static str,
    /// Where to look beside the rules.
    pub hint: &'static str,
    fits: fn(&Rule) -> bool,
}

impl Symptom {
    /// The rules that can cause it, by code.
    pub fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        super::all().filter(|rule| (self.fits)(rule))
    }
}

/// Rules of these hops make Envoy Gateway answer; of the others, ext_proc does, but for those named.
const DIRECT: [&str; 3] = ["AIB703", "AIB709", "AIB711"];

fn says(rule: &Rule, any: &[&str]) -> bool {
    let client = rule.docs.client.to_lowercase();
    any.iter().any(|it| client.contains(it))
}

fn is_direct(rule: &Rule) -> bool {
    !matches!(rule.hop, Hop::Credential | Hop::Schema | Hop::Platform) || DIRECT.contains(&rule.code)
}

/// All of them, in the order of the questions that people ask.
pub static SYMPTOMS: [Symptom; 15] = [
    Symptom {
        title: "404 `No matching route found`",
        hint: "the model is known to no rule, or ext_proc is not asked: `explain --model MODEL` names the nearest rules",
        fits: |it| says(it, &["no matching route", "models are unknown", "models of this route are unknown"]),
    },
    Symptom {
        title: "404 `unsupported path`",
        hint: "the path of the client is none that AI Gateway serves, such as /v1/messages for \
               /anthropic/v1/messages: `explain --model MODEL --path PATH`",
        fits: |_| false,
    },
    Symptom {
        title: "404 with an empty body, or from elsewhere",
        hint: "no virtual host or route takes the request, or the provider does not know the path",
        fits: |it| says(it, &["404", "421"]),
    },
    Symptom {
        title: "500 with an empty body, `ext_proc_error_gRPC_error_…` in the access log",
        hint: "the schema may also not serve the client's endpoint: `explain NAME` has the table",
        fits: |it| !is_direct(it) && says(it, &["500"]),
    },
    Symptom {
        title: "500 with an empty body, `direct_response` in the access log",
        hint: "Envoy Gateway could not use the reference, the filter or a policy",
        fits: |it| is_direct(it) && says(it, &["500"]),
    },
    Symptom {
        title: "503 with `TLS_error`",
        hint: "the handshake with the provider fails",
        fits: |it| says(it, &["tls_error", "certificate_verify", "handshake"]),
    },
    Symptom {
        title: "503 without it, or 400 for plain HTTP to a TLS port",
        hint: "nothing answers at the address, or it speaks otherwise than Envoy",
        fits: |it| says(it, &["503", "plain http", "hangs up", "hang-up"]) && !says(it, &["tls_error"]),
    },
    Symptom {
        title: "400, 401 or 403 from the provider",
        hint: "the key, the signature or the body is not what it takes",
        fits: |it| says(it, &["401", "403", "400"]) && !says(it, &["plain http"]),
    },
    Symptom {
        title: "413",
        hint: "the request is larger than what Envoy buffers",
        fits: |it| says(it, &["413"]),
    },
    Symptom {
        title: "504, or a stream that is cut after 60 s",
        hint: "a rule without timeouts ends every request after 60 s, streams included: `explain --model MODEL` shows the limit",
        fits: |it| says(it, &["504", "cut after", "cut at", "60 s"]),
    },
    Symptom {
        title: "the wrong backend answers, or a key goes to the wrong provider",
        hint: "`explain --model MODEL` shows which rule wins and which credential is sent",
        fits: |it| {
            let words = [
                "another backend",
                "another one",
                "somebody else",
                "wrong key",
                "foreign key",
                "other backend",
            ];
            says(it, &words)
                || says(
                    it,
                    &[
                        "own authorization",
                        "without key",
                        "shared credential",
                        "first backend",
                        "spare backend",
                    ],
                )
        },
    },
    Symptom {
        title: "nothing changes after an edit",
        hint: "a controller does not act, or Envoy does not get what it wrote",
        fits: |it| {
            let words =
                ["nothing changes", "no effect", "without effect", "old behaviour", "old configuration"];
            says(it, &words)
                || says(
                    it,
                    &[
                        "no longer arrive",
                        "not arrive",
                        "older policy",
                        "as if the",
                        "without the changes",
                        "no change of",
                        "objects without status",
                    ],
                )
        },
    },
    Symptom {
        title: "connection refused, or nothing answers",
        hint: "no Envoy runs, or none listens there",
        fits: |it| says(it, &["refused connection", "nothing answers", "no answer", "time-out"]),
    },
    Symptom {
        title: "tokens are counted wrongly, or a limit is never reached",
        hint: "the costs of a request are in the access log, in the metadata `io.envoy.ai_gateway`",
        fits: |it| says(it, &["wrong costs", "not counted", "limit is not reached", "quota is"]),
    },
    Symptom {
        title: "nothing that a client would notice",
        hint: "a key in clear text, a certificate that nobody checks, or a fault that waits for its day",
        fits: |it| {
            says(it, &["nothing", "clear text", "the model works"])
                && !says(it, &["nothing changes", "nothing answers"])
        },
    },
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_stands_below_a_symptom() {
        let homeless: Vec<String> = super::super::all()
            .filter(|rule| !SYMPTOMS.iter().any(|it| (it.fits)(rule)))
            .map(|it| format!("{}: {}", it.code, it.docs.client))
            .collect();
        assert_eq!(homeless, Vec::<String>::new());
    }
}
