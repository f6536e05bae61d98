//! `cargo binstall` looks where a release puts its archives.

use cargo_metadata::MetadataCommand;
use serde_json::Value;

use crate::{
    release::{TAG, small_release},
    tools::{manifest::Manifest, platform::PLATFORMS},
};

#[test]
fn binstall_takes_the_archives_of_the_manifest() {
    let metadata =
        MetadataCommand::new().no_deps().other_options(vec!["--offline".to_owned()]).exec().unwrap();
    let package = metadata.root_package().unwrap();
    let home = package.repository.clone().unwrap();
    assert_eq!(package.homepage.as_ref(), Some(&home), "the homepage of the manifest is the repository");
    let dist = small_release();
    let text = std::fs::read_to_string(dist.path().join("aigw-backend.yaml")).unwrap();
    let manifest: Manifest = serde_saphyr::from_str(&text).unwrap();
    let binstall = &package.metadata["binstall"];
    for platform in &PLATFORMS {
        let uris: Vec<&String> = manifest
            .spec
            .platforms
            .iter()
            .map(|it| &it.uri)
            .filter(|it| it.ends_with(&platform.archive(TAG)))
            .collect();
        assert_eq!(uris.len(), 1, "{}", platform.archive(TAG));
        for target in platform.targets {
            let own = &binstall["overrides"][target];
            let field = |name: &str| {
                let found = [&own[name], &binstall[name]].into_iter().find_map(Value::as_str);
                found.unwrap_or_else(|| panic!("{target} has no {name}")).to_owned()
            };
            let url = field("pkg-url")
                .replace("{ repo }", &home)
                .replace("{ version }", &package.version.to_string());
            let expected = uris[0].replace(&manifest.spec.homepage, &home);
            assert_eq!(url, expected, "{target}");
            assert_eq!(field("pkg-fmt"), if url.ends_with(".zip") { "zip" } else { "tgz" }, "{target}");
            let exe = if platform.os == "windows" { ".exe" } else { "" };
            let binary = field("bin-dir").replace("{ bin }", &package.name).replace("{ binary-ext }", exe);
            assert_eq!(binary, platform.binary(), "{target}");
        }
    }
}
