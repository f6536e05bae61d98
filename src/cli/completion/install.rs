//! Files that belong into a folder, which overwrite nobody else's.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::CommandFactory as _;

use super::{
    super::{ALIAS, Answer, Cli, Context, PLUGIN, failure::Failure},
    COMPLETER,
};
use crate::fix::quote;

/// A file to write.
pub(super) struct File {
    pub name: String,
    pub text: String,
    /// Whether it is there to be run.
    pub is_program: bool,
}

/// The script that kubectl asks, and the plugin's second name.
pub(super) fn scripts(alias: bool) -> Vec<File> {
    let plugin = PLUGIN.trim_start_matches("kubectl-");
    let completer = script(&format!("kubectl_complete-{plugin}"), COMPLETER);
    [Some(completer), alias.then(|| script(ALIAS, "create"))].into_iter().flatten().collect()
}

fn script(name: &str, command: &str) -> File {
    let (name, text) = if cfg!(windows) {
        (format!("{name}.cmd"), format!("@{PLUGIN} {command} %*\r\n"))
    } else {
        (name.to_owned(), format!("#!/bin/sh\nexec {PLUGIN} {command} \"$@\"\n"))
    };
    File { name, text, is_program: true }
}

/// The manual: a page for the program, and one for each command.
pub(super) fn pages() -> io::Result<Vec<File>> {
    let mut program = Cli::command().name(PLUGIN).bin_name("kubectl aigw-backend");
    program.build();
    let mut pages = vec![page(program.clone(), PLUGIN)?];
    for command in program.get_subcommands().filter(|it| !it.is_hide_set()) {
        pages.push(page(command.clone(), &format!("{PLUGIN}-{}", command.get_name()))?);
    }
    Ok(pages)
}

fn page(command: clap::Command, name: &str) -> io::Result<File> {
    let mut text = vec![];
    let source = format!("{PLUGIN} {}", env!("CARGO_PKG_VERSION"));
    clap_mangen::Man::new(command).title(name).source(source).render(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(File { name: format!("{name}.1"), text, is_program: false })
}

/// Writes the files, all of them or none; what is there already may only be an older one.
pub(super) fn install(folder: &Path, files: &[File], context: &Context<'_>) -> Answer {
    match write(folder, files) {
        Ok(written) => {
            let lines: Vec<String> = written.iter().map(|it| format!("{}\n", it.display())).collect();
            let mut answer = Answer::text(lines.concat());
            if files.iter().any(|it| it.is_program) && !is_on_path(folder) {
                let note = format!("{} is not on the PATH, where kubectl looks\n", folder.display());
                answer.stderr = format!("{} {note}", context.talk.dim("note:"));
            }
            answer
        }
        Err(failure) => Answer::failure(failure.show(context.talk)),
    }
}

fn write(folder: &Path, files: &[File]) -> Result<Vec<PathBuf>, Failure> {
    if !folder.is_dir() {
        let failure = Failure::new(format!("there is no folder {}", folder.display()));
        let help = if folder.starts_with("~") {
            "the shell left `~` as it is: write it without quotes, after a blank".to_owned()
        } else {
            format!("make it: mkdir -p {}", quote(&folder.display().to_string()))
        };
        return Err(failure.help(help));
    }
    for file in files {
        let path = folder.join(&file.name);
        if !is_free(&path, file) {
            return Err(Failure::new(format!("{} is there already, and is something else", path.display()))
                .help("move it away, or name another folder"));
        }
    }
    // beside what is there, and then in its place: all of them, or none
    let fresh = tempdir(folder).and_then(|fresh| {
        let written: io::Result<()> = files.iter().try_for_each(|file| create(&fresh.join(&file.name), file));
        let moved = written.and_then(|()| {
            files.iter().try_for_each(|it| fs::rename(fresh.join(&it.name), folder.join(&it.name)))
        });
        let _ = fs::remove_dir_all(&fresh);
        moved
    });
    fresh.map_err(|error| Failure::new(format!("cannot write to {}: {error}", folder.display())))?;
    Ok(files.iter().map(|it| folder.join(&it.name)).collect())
}

/// Nothing is there, or an older one of its kind: its first line that says what it is, is the same.
fn is_free(path: &Path, file: &File) -> bool {
    match fs::symlink_metadata(path) {
        Err(error) => error.kind() == io::ErrorKind::NotFound,
        Ok(there) if !there.is_file() => false,
        Ok(_) => fs::read_to_string(path).is_ok_and(|text| {
            let mark = if file.is_program { format!("{PLUGIN} ") } else { format!(".TH {PLUGIN}") };
            text == file.text
                || text
                    .lines()
                    .take(3)
                    .any(|line| line.trim_start_matches("exec ").trim_start_matches('@').starts_with(&mark))
        }),
    }
}

/// A new folder in a folder.
fn tempdir(folder: &Path) -> io::Result<PathBuf> {
    let fresh = folder.join(format!(".{PLUGIN}.{}", std::process::id()));
    fs::create_dir(&fresh).map(|()| fresh)
}

fn create(path: &Path, file: &File) -> io::Result<()> {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, if file.is_program { 0o755 } else { 0o644 });
    io::Write::write_all(&mut options.open(path)?, file.text.as_bytes())
}

fn is_on_path(folder: &Path) -> bool {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let same = |it: PathBuf| it == folder || fs::canonicalize(it).ok() == fs::canonicalize(folder).ok();
    std::env::split_paths(&paths).any(same)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_others_is_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let files = scripts(true);
        let first = write(folder.path(), &files).unwrap();
        assert_eq!(first.len(), 2);
        fs::write(&first[0], "#!/bin/sh\nexec kubectl-aigw_backend complete \"$@\"\n").unwrap();
        assert_eq!(write(folder.path(), &files).unwrap(), first, "an older one is replaced");
        assert_eq!(fs::read_to_string(&first[0]).unwrap(), files[0].text);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left behind");
        fs::write(&first[0], "mine").unwrap();
        fs::remove_file(&first[1]).unwrap();
        assert!(write(folder.path(), &files).is_err());
        assert_eq!(fs::read_to_string(&first[0]).unwrap(), "mine");
        assert!(!first[1].exists(), "all or nothing");
        assert!(write(&folder.path().join("no"), &files).is_err());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_that_leads_nowhere_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("elsewhere");
        std::os::unix::fs::symlink(&target, folder.path().join(&scripts(false)[0].name)).unwrap();
        assert!(write(folder.path(), &scripts(false)).is_err());
        assert!(!target.exists());
    }

    #[test]
    fn there_is_a_page_for_each_command() {
        let names: Vec<String> = pages().unwrap().into_iter().map(|it| it.name).collect();
        assert_eq!(names[0], "kubectl-aigw_backend.1");
        assert!(names.contains(&"kubectl-aigw_backend-check.1".to_owned()), "{names:?}");
    }
}
