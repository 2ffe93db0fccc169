//! Configuration: environment variables, each also a flag, read once. What contradicts itself stops the start with a sentence.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use clap::{ArgAction, Args, ValueEnum, builder::BoolishValueParser};
use domain::{Invalid, manifest::Limits};
use ipnet::IpNet;
use registry::{Encryption, S3Settings, Settings};
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use crate::middleware::rates::Quotas;

/// The highest limit on the files of a revision: a manifest is one call, and that is read into memory as a whole.
const MAX_FILES: u64 = 100_000;

/// How the registry is run.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Configuration")]
pub(crate) struct Config {
    /// The folder for blobs, jobs and the catalog
    #[arg(long, env, global = true, default_value = "data", value_name = "FOLDER")]
    pub(crate) data_dir: PathBuf,
    /// The catalog: sqlite:FILE or postgres://USER:PASSWORD@HOST/DATABASE [default: catalog.db in the data folder]
    ///
    /// The database must exist; its tables are made. ?sslmode=verify-full&sslrootcert=FILE demands TLS with a certificate that is
    /// checked. Other programs see flags: give the password in the variable.
    #[arg(long, env, global = true, hide_env_values = true, value_name = "URL")]
    pub(crate) database_url: Option<SecretString>,
    /// The bucket for blobs [default: they are kept in the data folder]
    ///
    /// Credentials are found where AWS tools look for them: in variables, profiles, roles.
    #[arg(long, env, global = true, value_name = "NAME")]
    pub(crate) s3_bucket_name: Option<String>,
    /// The region of the bucket [default: as the AWS configuration of this machine says]
    #[arg(long, env, global = true, value_name = "REGION")]
    pub(crate) aws_region: Option<String>,
    /// Where the store is, unless it is AWS
    #[arg(long, env, global = true, value_name = "URL")]
    pub(crate) s3_endpoint_url: Option<Url>,
    /// Name the bucket in the path of addresses instead of the host
    #[arg(long, env, global = true, value_name = "BOOL", num_args = 0..=1, default_value_t = false, default_missing_value = "true", action = ArgAction::Set, value_parser = BoolishValueParser::new())]
    pub(crate) s3_path_style: bool,
    /// How the bucket encrypts objects [default: as it is configured]
    #[arg(long, env, global = true, value_name = "NAME")]
    pub(crate) s3_server_side_encryption: Option<ServerSideEncryption>,
    /// The key for aws:kms [default: the account's own for S3]
    #[arg(long, env, global = true, value_name = "ID")]
    pub(crate) s3_kms_key_id: Option<String>,
    /// What stands before every key: several registries may share a bucket
    #[arg(long, env, global = true, default_value = "", hide_default_value = true, value_name = "PREFIX")]
    pub(crate) s3_prefix: String,
    /// The address that the server listens on
    #[arg(long, env, global = true, default_value = "127.0.0.1:3000", value_name = "IP:PORT")]
    pub(crate) listen_addr: SocketAddr,
    /// The address that people and programs use [default: http:// and the listening address]
    ///
    /// https:// makes cookies secure and tells browsers to stay on HTTPS.
    #[arg(long, env, global = true, value_name = "URL")]
    pub(crate) public_url: Option<Url>,
    /// The proxies that are believed when X-Forwarded-For names the client: networks such as 10.0.0.0/8, separated by commas
    ///
    /// Attempts to sign in are counted by the client's address. Without this it is that of the connection.
    #[arg(long, env, global = true, value_delimiter = ',', value_name = "NETWORKS")]
    pub(crate) trusted_proxies: Vec<IpNet>,
    /// How many requests a minute a user has, with all sessions and tokens
    ///
    /// Each server counts for itself. Parts of uploads and the site's own files do not count.
    #[arg(long, env, global = true, default_value = "6000", value_name = "N")]
    pub(crate) requests_per_minute: NonZeroU32,
    /// How many requests a minute an address has from which nobody is signed in
    #[arg(long, env, global = true, default_value = "600", value_name = "N")]
    pub(crate) anonymous_requests_per_minute: NonZeroU32,
    /// What this deployment is
    #[arg(long, env, global = true, default_value = "dev", value_name = "NAME")]
    pub(crate) environment: Environment,
    /// What runs jobs
    #[arg(long, env, global = true, default_value = "local", value_name = "NAME")]
    pub(crate) job_runner: JobRunner,
    /// How many jobs run at once
    #[arg(long, env, global = true, default_value_t = 2, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=64))]
    pub(crate) job_slots: u16,
    /// How long one attempt at a job may take, in seconds
    #[arg(long, env, global = true, default_value_t = 900, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=86_400))]
    pub(crate) job_seconds: u32,
    /// The autograder program [default: `autograder` beside this program]
    #[arg(long, env, global = true, value_name = "FILE")]
    pub(crate) autograder: Option<PathBuf>,
    /// The folder of the site's files [default: `site` beside this program or one folder above]
    #[arg(long, env, global = true, value_name = "FOLDER")]
    pub(crate) site_dir: Option<PathBuf>,
    /// How many files a revision may hold
    #[arg(long, env, global = true, default_value_t = Limits::default().max_files, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=MAX_FILES))]
    pub(crate) max_files: u64,
    /// How many bytes a file may have
    #[arg(long, env, global = true, default_value_t = Limits::default().max_file_bytes, value_name = "BYTES")]
    pub(crate) max_file_bytes: u64,
    /// How many bytes a revision may have
    #[arg(long, env, global = true, default_value_t = Limits::default().max_revision_bytes, value_name = "BYTES")]
    pub(crate) max_revision_bytes: u64,
    /// How many hours an upload waits for its next part
    #[arg(long, env, global = true, default_value_t = 168, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(1..=8760))]
    pub(crate) upload_hours: u32,
    /// For how many seconds the address of a part or of a file works
    ///
    /// The addresses that downloads in browsers are led to work for five minutes at most.
    #[arg(long, env, global = true, default_value_t = 3600, value_name = "SECONDS", value_parser = clap::value_parser!(u32).range(1..=604_800))]
    pub(crate) address_seconds: u32,
    /// For how many hours nothing may need a file before it is removed
    #[arg(long, env, global = true, default_value_t = 24, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(..=8760))]
    pub(crate) gc_grace_hours: u32,
    /// How often what nothing needs is removed, in hours; 0: never
    #[arg(long, env, global = true, default_value_t = 24, value_name = "HOURS", value_parser = clap::value_parser!(u32).range(..=8760))]
    pub(crate) gc_every_hours: u32,
    /// How many days a deleted package can be brought back
    #[arg(long, env, global = true, default_value_t = 30, value_name = "DAYS", value_parser = clap::value_parser!(u32).range(1..=3650))]
    pub(crate) purge_days: u32,
    /// How logs are written [default: pretty on a terminal, json otherwise]
    #[arg(long, env, global = true, value_name = "FORM")]
    pub(crate) log_format: Option<LogFormat>,
    /// What is logged, such as info or registry=debug
    #[arg(long, env = "LOG", global = true, default_value = "info", value_name = "FILTER")]
    pub(crate) log: String,
}

/// What a deployment is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Environment {
    /// For trying and developing.
    Dev,
    /// Like production, for tests before a release.
    Staging,
    /// What others rely on.
    Prod,
}

/// What runs jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum JobRunner {
    /// Processes on this machine.
    Local,
}

/// How the bucket encrypts objects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServerSideEncryption {
    /// With the store's own keys.
    #[value(name = "AES256")]
    Aes256,
    /// With a key of the key management service.
    #[value(name = "aws:kms")]
    Kms,
}

/// How logs are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Pretty,
    /// For programs: one JSON object a line.
    Json,
}

impl Config {
    /// What the registry is opened with.
    ///
    /// # Errors
    /// A sentence, when the configuration cannot be used.
    pub(crate) fn settings(&self) -> Result<Settings, String> {
        if self.max_file_bytes == 0 || self.max_revision_bytes < self.max_file_bytes {
            return Err("MAX_FILE_BYTES must be positive, and MAX_REVISION_BYTES at least MAX_FILE_BYTES.".into());
        }
        let defaults = Settings::in_folder(self.data_dir.clone(), self.autograder_file()?);
        let catalog = match self.database_url.as_ref().map(|url| url.expose_secret().parse()) {
            None => defaults.catalog,
            Some(address) => address.map_err(|wrong: Invalid| format!("DATABASE_URL {wrong}."))?,
        };
        Ok(Settings {
            catalog,
            s3: self.s3()?,
            limits: Limits {
                max_files: self.max_files,
                max_file_bytes: self.max_file_bytes,
                max_revision_bytes: self.max_revision_bytes,
            },
            upload_lifetime: time::Duration::hours(self.upload_hours.into()),
            address_time: std::time::Duration::from_secs(self.address_seconds.into()),
            garbage_grace: time::Duration::hours(self.gc_grace_hours.into()),
            garbage_every: (self.gc_every_hours > 0).then(|| time::Duration::hours(self.gc_every_hours.into())),
            purge_after: time::Duration::days(self.purge_days.into()),
            job_slots: self.job_slots.into(),
            job_time: time::Duration::seconds(self.job_seconds.into()),
            ..defaults
        })
    }

    /// How many requests callers have.
    pub(crate) const fn quotas(&self) -> Quotas {
        Quotas { known: self.requests_per_minute, anonymous: self.anonymous_requests_per_minute }
    }

    /// The bucket, if there is one.
    fn s3(&self) -> Result<Option<S3Settings>, String> {
        let Some(bucket) = self.s3_bucket_name.clone().filter(|name| !name.is_empty()) else {
            let others = [
                ("S3_ENDPOINT_URL", self.s3_endpoint_url.is_some()),
                ("S3_SERVER_SIDE_ENCRYPTION", self.s3_server_side_encryption.is_some()),
                ("S3_KMS_KEY_ID", self.s3_kms_key_id.is_some()),
                ("S3_PREFIX", !self.s3_prefix.is_empty()),
            ];
            return match others.into_iter().find(|(_, is_set)| *is_set) {
                Some((name, _)) => Err(format!("{name} is set, but S3_BUCKET_NAME is not: name the bucket, or unset {name}.")),
                None => Ok(None),
            };
        };
        if let Some(endpoint) = self.s3_endpoint_url.as_ref().filter(|url| !matches!(url.scheme(), "http" | "https")) {
            return Err(format!("S3_ENDPOINT_URL must begin with http:// or https://, not {}:.", endpoint.scheme()));
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | '/');
        if self.s3_prefix.len() > 200 || !self.s3_prefix.chars().all(is_plain) || self.s3_prefix.contains("..") {
            return Err("S3_PREFIX may hold letters, digits, “-”, “_”, “.” and “/”, at most 200 of them.".into());
        }
        let encryption = match (self.s3_server_side_encryption, self.s3_kms_key_id.clone()) {
            (Some(ServerSideEncryption::Kms), key) => Some(Encryption::Kms(key)),
            (_, Some(_)) => return Err("S3_KMS_KEY_ID needs S3_SERVER_SIDE_ENCRYPTION=aws:kms.".into()),
            (Some(ServerSideEncryption::Aes256), None) => Some(Encryption::Aes256),
            (None, None) => None,
        };
        Ok(Some(S3Settings {
            bucket,
            region: self.aws_region.clone().filter(|region| !region.is_empty()),
            endpoint: self.s3_endpoint_url.clone(),
            path_style: self.s3_path_style,
            encryption,
            prefix: self.s3_prefix.clone(),
        }))
    }

    /// Whether the site is reached over HTTPS.
    ///
    /// # Errors
    /// A sentence, when `PUBLIC_URL` is no web address, or production would be served without HTTPS.
    pub(crate) fn secure(&self) -> Result<bool, String> {
        match self.public_url.as_ref().map(Url::scheme) {
            Some("https") => Ok(true),
            None | Some("http") if self.environment == Environment::Prod => {
                Err("ENVIRONMENT=prod needs a PUBLIC_URL that begins with https://: without it, passwords and cookies travel in the clear.".into())
            }
            None | Some("http") => Ok(false),
            Some(other) => Err(format!("PUBLIC_URL must begin with http:// or https://, not {other}:.")),
        }
    }

    /// The folder of the site's files.
    ///
    /// # Errors
    /// A sentence, when it is not there.
    pub(crate) fn site_folder(&self) -> Result<PathBuf, String> {
        let candidates = self.site_dir.clone().map_or_else(|| beside_program(&["site", "../site"]), |folder| vec![folder]);
        candidates.iter().find(|folder| folder.join("pkg").is_dir()).cloned().ok_or_else(|| {
            format!(
                "The site's files are not in {}: build them with `make build`, or name their folder with SITE_DIR.",
                shown(&candidates)
            )
        })
    }

    fn autograder_file(&self) -> Result<PathBuf, String> {
        let candidates = self.autograder.clone().map_or_else(|| beside_program(&["autograder"]), |file| vec![file]);
        candidates.iter().find(|file| file.is_file()).and_then(|file| file.canonicalize().ok()).ok_or_else(|| {
            format!("The autograder is not at {}: build it with `make build`, or name it with AUTOGRADER.", shown(&candidates))
        })
    }
}

fn beside_program(names: &[&str]) -> Vec<PathBuf> {
    let program = std::env::current_exe().unwrap_or_default();
    let folder = program.parent().unwrap_or(Path::new("."));
    names.iter().map(|name| folder.join(name)).collect()
}

fn shown(candidates: &[PathBuf]) -> String {
    candidates.iter().map(|path| path.display().to_string()).collect::<Vec<_>>().join(" or ")
}
