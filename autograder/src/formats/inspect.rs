//! Which parser reads which file.

use std::io::BufReader;

use domain::FilePath;

use super::{Header, Problem, gguf, safetensors, zip};
use crate::package::{Package, PackageFile};

/// A format whose headers are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Tensors behind a JSON header.
    Safetensors,
    /// Tensors behind typed key-value pairs.
    Gguf,
    /// An archive: PyTorch, NumPy, Keras and others store tensors in one.
    Zip,
}

impl Format {
    /// The word that reports use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Safetensors => "safetensors",
            Self::Gguf => "gguf",
            Self::Zip => "zip",
        }
    }

    /// The format of a file by its name, or by how it begins where the name does not tell: `.bin` and `.pt` are zips since
    /// PyTorch 1.6 and bare pickles before.
    #[must_use]
    pub fn of(path: &FilePath, start: &[u8]) -> Option<Self> {
        let name = path.file_name().to_ascii_lowercase();
        match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "safetensors" => Some(Self::Safetensors),
            "gguf" => Some(Self::Gguf),
            "npz" | "keras" | "zip" | "nemo" => Some(Self::Zip),
            _ if start.starts_with(gguf::MAGIC) => Some(Self::Gguf),
            _ if start.starts_with(zip::MAGIC) => Some(Self::Zip),
            _ => None,
        }
    }
}

/// A file whose header was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// Where it stands.
    pub path: FilePath,
    /// What it is.
    pub format: Format,
    /// What it says.
    pub header: Header,
}

/// Reads the header of a file; nothing when the file has none that is known.
///
/// # Errors
/// When the file cannot be read, is truncated, or its header lies.
pub fn inspect(package: &Package, file: &PackageFile) -> Result<Option<Inspected>, Problem> {
    let start = package.read_start(file, 4).map_err(|error| Problem::io(&error))?;
    let Some(format) = Format::of(&file.path, &start) else { return Ok(None) };
    let mut reader = BufReader::new(package.open(file).map_err(|error| Problem::io(&error))?);
    let header = match format {
        Format::Safetensors => safetensors::parse(&mut reader, file.size)?,
        Format::Gguf => gguf::parse(&mut reader, file.size)?,
        Format::Zip => zip::parse(&mut reader, file.size)?,
    };
    Ok(Some(Inspected { path: file.path.clone(), format, header }))
}
