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
    clap_mangen::Man::new(command).title(name).render(&mut text)?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Ok(File { name: format!("{name}.1"), text, is_program: false })
}

/// Writes the files, all of them or none; what is there already may only be the same.
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
        return Err(Failure::new(format!("there is no folder {}", folder.display()))
            .help(format!("make it: mkdir -p {}", folder.display())));
    }
    let mut fresh = vec![];
    for file in files {
        let path = folder.join(&file.name);
        match fs::read(&path) {
            Ok(text) if text == file.text.as_bytes() => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound && !path.is_symlink() => fresh.push(file),
            Ok(_) | Err(_) => {
                return Err(Failure::new(format!(
                    "{} is there already, and is something else",
                    path.display()
                ))
                .help("move it away, or name another folder"));
            }
        }
    }
    for file in fresh {
        let path = folder.join(&file.name);
        create(&path, file)
            .map_err(|error| Failure::new(format!("cannot write {}: {error}", path.display())))?;
    }
    Ok(files.iter().map(|it| folder.join(&it.name)).collect())
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
        assert_eq!(write(folder.path(), &files).unwrap(), first, "a second time is no change");
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
