//! Which inputs a list of arguments names: files, folders, globs and `-` for standard input.
//!
//! Arguments keep their order. What a folder or a glob stands for is sorted by [`crate::order`], so that
//! rotated logs are read from the oldest to the newest.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use crate::order;

/// Something that records can be read from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Input {
    /// Standard input.
    Stdin,
    /// A file, named pipe or device.
    File(PathBuf),
}

impl fmt::Display for Input {
    /// The path as given, or `-`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("-"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// An argument names nothing that can be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExpandError {
    /// No such file or folder.
    #[error("`{0}` does not exist")]
    Missing(String),
    /// The folder holds no file, or the glob matches none.
    #[error("`{0}` names no file")]
    Empty(String),
    /// The glob is malformed.
    #[error("`{pattern}` is not a valid pattern: {reason}")]
    Pattern {
        /// As given.
        pattern: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// Standard input can be read only once.
    #[error("`-` is named twice, but standard input can be read only once")]
    StdinTwice,
    /// A file or folder exists but cannot be looked at.
    #[error("cannot look into `{path}`: {source}")]
    Unreadable {
        /// The path that failed.
        path: String,
        /// What the system said.
        source: io::Error,
    },
}

/// Resolves arguments into the inputs they name, in reading order.
///
/// Folders are searched to any depth for regular files; names that begin with a dot are left out there, as
/// a glob leaves them out. Links to files are read, links to folders are not entered. An existing path
/// is never taken for a pattern.
///
/// # Errors
/// The first argument that names nothing.
pub fn expand<I>(arguments: I) -> Result<Vec<Input>, ExpandError>
where
    I: IntoIterator<Item: AsRef<str>>,
{
    let mut inputs = Vec::new();
    for argument in arguments {
        let argument = argument.as_ref();
        if argument == "-" {
            if inputs.contains(&Input::Stdin) {
                return Err(ExpandError::StdinTwice);
            }
            inputs.push(Input::Stdin);
            continue;
        }
        let mut paths = paths_of(argument)?;
        paths.sort_by(|a, b| order::by_age(a, b));
        inputs.extend(paths.into_iter().map(Input::File));
    }
    Ok(inputs)
}

/// The files one argument stands for, unsorted.
fn paths_of(argument: &str) -> Result<Vec<PathBuf>, ExpandError> {
    let path = Path::new(argument);
    let found = match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => files_below(path)?,
        Ok(_) => vec![path.to_owned()],
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            if !argument.contains(['*', '?', '[']) {
                return Err(ExpandError::Missing(argument.to_owned()));
            }
            files_matching(argument)?
        }
        Err(source) => return Err(unreadable(path, source)),
    };
    if found.is_empty() {
        return Err(ExpandError::Empty(argument.to_owned()));
    }
    Ok(found)
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>, ExpandError> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        let entries = fs::read_dir(&folder).map_err(|source| unreadable(&folder, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| unreadable(&folder, source))?;
            if entry.file_name().as_encoded_bytes().starts_with(b".") {
                continue;
            }
            let path = entry.path();
            let kind = entry.file_type().map_err(|source| unreadable(&path, source))?;
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() || fs::metadata(&path).is_ok_and(|meta| meta.is_file()) {
                files.push(path);
            }
        }
    }
    Ok(files)
}

fn files_matching(pattern: &str) -> Result<Vec<PathBuf>, ExpandError> {
    let options = glob::MatchOptions {
        case_sensitive: true,
        require_literal_separator: true,
        require_literal_leading_dot: true,
    };
    let matches = glob::glob_with(pattern, options)
        .map_err(|error| ExpandError::Pattern { pattern: pattern.to_owned(), reason: error.msg })?;
    let mut files = Vec::new();
    for path in matches {
        let path = path.map_err(|error| ExpandError::Unreadable {
            path: error.path().display().to_string(),
            source: error.into(),
        })?;
        if path.is_file() {
            files.push(path);
        }
    }
    Ok(files)
}

fn unreadable(path: &Path, source: io::Error) -> ExpandError {
    ExpandError::Unreadable { path: path.display().to_string(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder with the given empty files.
    fn folder_with(files: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for file in files {
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        folder
    }

    /// What `argument` below `folder` expands to, relative to it.
    fn names(folder: &Path, argument: &str) -> Vec<String> {
        let argument = folder.join(argument).display().to_string();
        expand([argument])
            .unwrap()
            .iter()
            .map(|input| match input {
                Input::File(path) => path.strip_prefix(folder).unwrap().display().to_string(),
                Input::Stdin => "-".into(),
            })
            .collect()
    }

    #[test]
    fn a_folder_stands_for_its_files_at_any_depth_oldest_first() {
        let folder =
            folder_with(&["access.log", "access.log.1", "access.log.2.gz", "b/x.log", ".hid"]);
        let expected = ["access.log.2.gz", "access.log.1", "access.log", "b/x.log"];
        assert_eq!(names(folder.path(), ""), expected);
    }

    #[test]
    fn a_glob_stands_for_matching_files_only() {
        let folder = folder_with(&["a.log.2", "a.log.1", "a.log", "other.txt", "a.log.d/inside"]);
        assert_eq!(names(folder.path(), "a.log*"), ["a.log.2", "a.log.1", "a.log"]);
        assert_eq!(names(folder.path(), "**/inside"), ["a.log.d/inside"]);
    }

    #[test]
    fn an_existing_path_is_never_a_pattern() {
        let folder = folder_with(&["odd[1].log", "odd1.log"]);
        assert_eq!(names(folder.path(), "odd[1].log"), ["odd[1].log"]);
    }

    #[cfg(unix)]
    #[test]
    fn links_to_files_are_read_and_links_to_folders_are_not_entered() {
        let folder = folder_with(&["logs/real.log"]);
        let logs = folder.path().join("logs");
        std::os::unix::fs::symlink(logs.join("real.log"), logs.join("link.log")).unwrap();
        std::os::unix::fs::symlink(&logs, logs.join("loop")).unwrap();
        assert_eq!(names(folder.path(), "logs"), ["logs/link.log", "logs/real.log"]);
    }

    #[test]
    fn arguments_keep_their_order_and_each_mistake_is_named() {
        let folder = folder_with(&["b.log", "a.log", "empty/.keep"]);
        let path = |name: &str| folder.path().join(name).display().to_string();
        let inputs = expand([path("b.log"), "-".into(), path("a.log")]).unwrap();
        let shown: Vec<String> = inputs.iter().map(ToString::to_string).collect();
        assert_eq!(shown, [path("b.log"), "-".into(), path("a.log")]);

        let error = |arguments: &[String]| expand(arguments).unwrap_err().to_string();
        assert_eq!(error(&[path("none")]), format!("`{}` does not exist", path("none")));
        assert_eq!(error(&[path("*.gz")]), format!("`{}` names no file", path("*.gz")));
        assert_eq!(error(&[path("empty")]), format!("`{}` names no file", path("empty")));
        assert!(error(&[path("a***")]).contains("is not a valid pattern"));
        assert!(error(&["-".into(), "-".into()]).contains("named twice"));
    }
}
