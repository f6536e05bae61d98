//! A snapshot from files: manifests, dumps, folders of them, or standard input.
//!
//! What the files lack is unknown, unless they are said to be the whole cluster.

mod documents;
mod hidden;
mod problem;
mod texts;

pub(super) use hidden::may_be_credential;
pub use problem::Problem;
pub use texts::{Text, documents};

use std::{
    borrow::Cow,
    collections::BTreeSet,
    io::Read,
    path::{Path, PathBuf},
};

use super::{Cluster, capture::Capture, originals::Originals, source::Places};
use crate::model::{Key, Kind};

/// Bytes of one file at most: a tree of nodes takes a multiple of it in memory.
pub const LIMIT: u64 = 32 * 1024 * 1024;

/// What to read.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// Files and folders; `-` is standard input.
    pub paths: Vec<PathBuf>,
    /// Descend into folders of folders.
    pub recursive: bool,
    /// Namespace of objects that name none.
    pub namespace: Option<String>,
    /// What the files lack does not exist.
    pub complete: bool,
    /// To lay them over another snapshot: their JSON is kept.
    pub overlay: bool,
    /// To save what was read: their JSON is kept.
    pub keep: bool,
    /// Keep the texts of the files, to rewrite them.
    pub keep_texts: bool,
}

/// What was read.
#[derive(Debug, Default)]
pub struct Loaded {
    /// The objects.
    pub cluster: Cluster,
    /// Where they stand.
    pub places: Places,
    /// What could not be read: each makes the run end with exit code 2.
    pub problems: Vec<Problem>,
    /// Worth a word on stderr.
    pub notes: Vec<String>,
    /// What a capture among them says of the whole.
    pub capture: Option<Capture>,
    /// The files as they are, where they were asked for.
    pub texts: Vec<Text>,
}

/// What standard input is called in places.
pub const STDIN: &str = "<stdin>";

/// Reads files; problems with one do not keep the others from being read.
pub fn load(request: &Request, stdin: &mut dyn Read) -> Loaded {
    let mut reader = Reader::new(request);
    for path in &request.paths {
        if path.as_os_str() == "-" {
            reader.stream(STDIN, stdin, Some("it is no file"));
        } else {
            reader.path(path, true, false);
        }
    }
    reader.finish()
}

/// Reads texts that were kept, or what became of them, as if their files held that.
pub fn reload(request: &Request, texts: &[Text]) -> Loaded {
    let mut reader = Reader::new(request);
    for it in texts {
        reader.text(&it.name, it.body());
    }
    reader.finish()
}

/// Reads one text, as if it were a file of that name.
pub fn load_text(request: &Request, name: &str, text: &str) -> Loaded {
    let mut reader = Reader::new(request);
    reader.text(name, text);
    reader.finish()
}

struct Reader<'a> {
    request: &'a Request,
    loaded: Loaded,
    kinds: BTreeSet<Kind>,
    seen: BTreeSet<Key>,
    /// There is a capture that only a later release understands.
    is_newer: bool,
}

impl<'a> Reader<'a> {
    fn new(request: &'a Request) -> Self {
        let mut loaded = Loaded::default();
        if request.overlay || request.keep {
            loaded.cluster.originals = Originals::of_all();
        }
        Reader { request, loaded, kinds: BTreeSet::new(), seen: BTreeSet::new(), is_newer: false }
    }

    fn problem(
        &mut self,
        file: &str,
        line: Option<usize>,
        reason: impl Into<String>,
        help: impl Into<String>,
    ) {
        let (reason, help) = (reason.into(), help.into());
        self.loaded.problems.push(Problem { file: file.to_owned(), line, reason, help });
    }

    /// Reads a file or a folder; `linked` where a link led there.
    fn path(&mut self, path: &Path, named: bool, linked: bool) {
        let name = path.display().to_string();
        let linked = linked || path.is_symlink();
        let meta = match std::fs::metadata(path) {
            Ok(meta) => meta,
            Err(error) => return self.problem(&name, None, reason(&error), problem::missing(path)),
        };
        if meta.is_dir() {
            return self.folder(path, named, linked);
        }
        if !meta.is_file() && !named {
            return;
        }
        match std::fs::File::open(path) {
            Ok(mut file) => self.stream(&name, &mut file, texts::lock(&meta, linked)),
            Err(error) => self.problem(&name, None, reason(&error), format!("ls -l {name}")),
        }
    }

    /// Like kubectl: files that end in .yaml, .yml or .json, in the order of their names; folders only with `-R`.
    fn folder(&mut self, path: &Path, named: bool, linked: bool) {
        if !named && !self.request.recursive {
            return;
        }
        let name = path.display().to_string();
        let entries = match std::fs::read_dir(path) {
            Ok(entries) => entries,
            Err(error) => return self.problem(&name, None, reason(&error), format!("ls -ld {name}")),
        };
        let mut below: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        below.sort();
        let mut any = false;
        for path in below {
            let manifest = path.extension().is_some_and(|it| it == "yaml" || it == "yml" || it == "json");
            // a link to a folder may lead back here
            if path.is_dir() && !path.is_symlink() || manifest {
                self.path(&path, false, linked);
                any = true;
            }
        }
        if named && !any {
            let help = format!("look deeper with -R, or name a file: ls {name}");
            self.problem(&name, None, "no file here ends in .yaml, .yml or .json", help);
        }
    }

    fn stream(&mut self, name: &str, from: &mut dyn Read, locked: Option<&'static str>) {
        let mut bytes = vec![];
        if let Err(error) = from.take(LIMIT + 1).read_to_end(&mut bytes) {
            return self.problem(name, None, reason(&error), "name a file or a folder: -f FILE");
        }
        if bytes.len() as u64 > LIMIT {
            let reason = format!("larger than {} MiB: split it, or dump fewer kinds", LIMIT / 1024 / 1024);
            let help = "one kind at a time: kubectl get aiservicebackends -A -o yaml > FILE";
            return self.problem(name, None, reason, help);
        }
        match texts::decode(&bytes) {
            Ok(text) => {
                let locked = if matches!(text, Cow::Owned(_)) { Some("it is not UTF-8") } else { locked };
                let text = Text { name: name.to_owned(), text: text.into_owned(), locked };
                self.text(name, text.body());
                self.loaded.texts.extend(self.request.keep_texts.then_some(text));
            }
            Err(line) => {
                let help = format!("manifests are YAML or JSON, and this is neither: file {name}");
                self.problem(name, Some(line), "not text (UTF-8)", help);
            }
        }
    }
}

fn reason(error: &std::io::Error) -> String {
    if error.kind() == std::io::ErrorKind::NotFound {
        "no such file or folder".to_owned()
    } else if error.kind() == std::io::ErrorKind::PermissionDenied {
        "no permission to read it".to_owned()
    } else {
        error.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(text: &str) -> Loaded {
        load_text(&Request::default(), "x.yaml", text)
    }

    #[test]
    fn lists_and_documents_are_the_same() {
        let loaded = load(
            "kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Service\n  metadata: {name: a}\n---\n\
             apiVersion: v1\nkind: Service\nmetadata: {name: b, namespace: x}\n",
        );
        assert_eq!(loaded.problems, []);
        assert!(loaded.cluster.services.get("default", "a").found().is_some());
        assert!(loaded.cluster.services.get("x", "b").found().is_some());
        assert!(loaded.cluster.services.get("x", "c").unreadable().is_some());
    }

    #[test]
    fn lines_of_a_secret_are_forgotten() {
        let text =
            "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  k: |\n    canary\n    more\n";
        let loaded = load(text);
        let key = Key::new(Kind::Secret, "default", "a");
        for line in 1..=7 {
            let place = super::super::Place { file: "x.yaml".into(), line, column: 1 };
            assert_eq!(loaded.places.line(&place), None, "line {line}");
        }
        assert_eq!(loaded.places.locate(&key, "/metadata/name").map(|it| it.line), Some(3));
    }

    #[test]
    fn an_object_without_a_name_is_a_problem_and_the_others_are_read() {
        let loaded = load(
            "apiVersion: v1\nkind: Service\nmetadata: {}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: b}\n",
        );
        assert_eq!(loaded.problems.len(), 1);
        assert_eq!(loaded.problems[0].to_string(), "x.yaml:1: Service: metadata.name is missing");
        assert_eq!(loaded.cluster.services.len(), 1);
    }

    #[test]
    fn a_name_that_is_no_text_needs_quotes() {
        let text = |meta| format!("apiVersion: v1\nkind: Service\nmetadata: {{{meta}}}\n");
        let why = |meta| load(&text(meta)).problems[0].to_string();
        assert_eq!(why("name: n"), "x.yaml:1: Service: metadata.name is a boolean");
        assert_eq!(why("name: 123"), "x.yaml:1: Service: metadata.name is a number");
        assert_eq!(load(&text("name: a, namespace: y")).problems.len(), 1);
    }

    #[test]
    fn utf_16_is_text_too() {
        let text = "\u{feff}apiVersion: v1\nkind: Service\nmetadata: {name: ü}\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [text.as_bytes(), &little, &big] {
            assert_eq!(texts::decode(bytes).as_deref(), Ok(text));
        }
        assert_eq!(texts::decode(b"a\n\xff"), Err(2));
    }

    #[test]
    fn items_of_a_list_of_one_kind_need_not_say_it() {
        let loaded = load("apiVersion: v1\nkind: ServiceList\nitems:\n- metadata: {name: a}\n");
        assert!(loaded.cluster.services.get("default", "a").found().is_some());
    }

    #[test]
    fn what_does_not_fit_is_named_with_its_line_and_without_its_value() {
        let loaded = load("apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  j: x\n  k: 2\n");
        assert_eq!(loaded.problems[0].to_string(), "x.yaml:6: Secret: stringData.k: expected a string");
        assert_eq!(loaded.problems[0].help, "what belongs there: kubectl explain secret.stringData");
    }

    #[test]
    fn a_core_kind_that_was_not_captured_stays_unknown() {
        let request = Request { complete: true, ..Request::default() };
        let loaded = load_text(&request, "x", "apiVersion: v1\nkind: Service\nmetadata: {name: b}\n");
        assert!(loaded.cluster.services.get("default", "a").is_absent());
        assert!(loaded.cluster.backends.get("default", "a").is_absent());
        assert!(loaded.cluster.secrets.get("default", "a").unreadable().is_some());
    }
}
