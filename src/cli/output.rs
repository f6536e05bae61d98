//! `-o FORMAT` and `-o FORMAT=FILE`.

use std::{path::PathBuf, str::FromStr};

use crate::render::Format;

/// A format, and where it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Output {
    pub format: Format,
    /// The file to write; `None` is stdout.
    pub file: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        match name {
            "jsonpath"
            | "jsonpath-file"
            | "jsonpath-as-json"
            | "go-template"
            | "go-template-file"
            | "template"
            | "custom-columns"
            | "custom-columns-file" => {
                return Err("this plugin has no templates: pipe `-o json` to jq, for example\n  \
                            kubectl aigw-backend check -o json | jq -r '.findings[].code'"
                    .to_owned());
            }
            _ => {}
        }
        let format = Format::ALL.into_iter().find(|it| it.name() == name).ok_or_else(|| {
            let names: Vec<&str> = Format::ALL.into_iter().map(Format::name).collect();
            format!("no such format; there are {}, each also as FORMAT=FILE", names.join(", "))
        })?;
        match file {
            Some("") => Err("the file is missing after `=`".to_owned()),
            file => Ok(Output { format, file: file.filter(|it| *it != "-").map(PathBuf::from) }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_go_to_stdout_or_to_files() {
        assert_eq!("json".parse(), Ok(Output { format: Format::Json, file: None }));
        assert_eq!("json=a=b".parse(), Ok(Output { format: Format::Json, file: Some("a=b".into()) }));
        assert_eq!("json=-".parse(), Ok(Output { format: Format::Json, file: None }));
        assert!("jsonpath={.x}".parse::<Output>().is_err_and(|it| it.contains("jq")));
        assert!("go-template={{.x}}".parse::<Output>().is_err_and(|it| it.contains("jq")));
        assert!(Format::ALL.into_iter().all(|it| it.name().parse() == Ok(Output { format: it, file: None })));
        assert!("sarfi".parse::<Output>().is_err());
        assert!("json=".parse::<Output>().is_err());
    }
}
