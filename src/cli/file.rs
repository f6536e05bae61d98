//! Files that are replaced as a whole, or left as they were.

use std::{
    fs::{self, File},
    io::{self, Write as _},
    path::Path,
};

/// Writes beside the file, and puts the new one in its place. A link is replaced, and what it leads to stays as it is.
pub(super) fn replace(path: &Path, text: &str) -> io::Result<()> {
    put(path, text, false)
}

/// The same; nobody else may read the new file.
pub(super) fn replace_private(path: &Path, text: &str) -> io::Result<()> {
    put(path, text, true)
}

fn put(path: &Path, text: &str, private: bool) -> io::Result<()> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
    let there = fs::symlink_metadata(path).ok().filter(|it| !it.is_symlink());
    if there.as_ref().is_some_and(|it| !it.is_file()) {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "something other than a file is there"));
    }
    let fresh = path.with_file_name(format!(".{}.{}", name.to_string_lossy(), std::process::id()));
    let mut options = File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if private {
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    let there = there.filter(|_| !private);
    let mut file = options.open(&fresh)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| there.map_or(Ok(()), |it| keep(&file, &it)))
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&fresh, path));
    if written.is_err() {
        let _ = fs::remove_file(&fresh);
    }
    written
}

/// Permissions stay, and so does the owner, where root runs this for somebody.
fn keep(file: &File, of: &fs::Metadata) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt as _, fchown};
        let _ = fchown(file, Some(of.uid()), Some(of.gid()));
    }
    file.set_permissions(of.permissions())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        replace(&path, "one").unwrap();
        replace(&path, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert!(replace(folder.path(), "three").is_err());
        assert!(replace(&folder.path().join("no/a"), "three").is_err());
        let there: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|it| it.unwrap().file_name()).collect();
        assert_eq!(there, ["a"], "nothing else is left behind");
    }

    #[test]
    #[cfg(unix)]
    fn a_link_is_not_followed() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (target, link) = (folder.path().join("target"), folder.path().join("link"));
        fs::write(&target, "mine").unwrap();
        symlink(&target, &link).unwrap();
        replace(&link, "new").unwrap();
        assert_eq!(fs::read_to_string(&target).unwrap(), "mine");
        assert!(fs::symlink_metadata(&link).unwrap().is_file());
        fs::set_permissions(&target, fs::Permissions::from_mode(0o600)).unwrap();
        replace(&target, "new").unwrap();
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(replace(Path::new("/dev/null"), "x").is_err(), "a device stays one");
    }
}
