//! `size_score`: on which devices the weights fit.
//!
//! A device scores 1 while the weights take at most an eighth of its usable memory, 0 from all of it on, and in between
//! falls linearly with the logarithm of the size: each halving of the weights gains a third. The score is the mean over the
//! devices.

use std::collections::BTreeMap;

use domain::{PackageKind, report::Outcome, units};

use super::{Subject, rounded};
use crate::weights::Alternative;

const GIB: u64 = 1 << 30;
/// Up to this share of the usable memory the score is 1: the rest is room for activations, batches and other programs.
const COMFORTABLE_SHARE: f64 = 1.0 / 8.0;

/// A device that models run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Device {
    /// Raspberry Pi 5 with 4 GB (<https://datasheets.raspberrypi.com/rpi5/raspberry-pi-5-product-brief.pdf>).
    RaspberryPi,
    /// NVIDIA Jetson Nano with 4 GB, shared by CPU and GPU (<https://developer.nvidia.com/embedded/jetson-nano>).
    JetsonNano,
    /// A desktop with 16 GB, the commonest size in the Steam hardware survey of 2024
    /// (<https://store.steampowered.com/hwsurvey>).
    DesktopPc,
    /// Amazon EC2 m5.4xlarge with 64 GiB (<https://aws.amazon.com/ec2/instance-types/m5/>).
    AwsServer,
}

impl Device {
    /// All devices, the smallest first.
    pub const ALL: [Self; 4] = [Self::RaspberryPi, Self::JetsonNano, Self::DesktopPc, Self::AwsServer];

    /// The name of its part in the report.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::RaspberryPi => "raspberry_pi",
            Self::JetsonNano => "jetson_nano",
            Self::DesktopPc => "desktop_pc",
            Self::AwsServer => "aws_server",
        }
    }

    /// What it is called.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::RaspberryPi => "Raspberry Pi 5, 4 GB",
            Self::JetsonNano => "Jetson Nano, 4 GB",
            Self::DesktopPc => "desktop, 16 GB",
            Self::AwsServer => "AWS m5.4xlarge, 64 GB",
        }
    }

    /// The bytes that weights may take: three quarters of the memory, as the system and the runtime need theirs; on the Jetson
    /// half, as weights stand in the shared memory twice while they are copied to the GPU.
    #[must_use]
    pub const fn usable_bytes(self) -> u64 {
        match self {
            Self::RaspberryPi => 3 * GIB,
            Self::JetsonNano => 2 * GIB,
            Self::DesktopPc => 12 * GIB,
            Self::AwsServer => 48 * GIB,
        }
    }

    /// The score of weights of this size on the device.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a score needs no more than 52 bits")]
    pub fn score(self, bytes: u64) -> f64 {
        let share = bytes.max(1) as f64 / self.usable_bytes() as f64;
        rounded(share.ln() / COMFORTABLE_SHARE.ln())
    }
}

/// Scores the weights of a model.
#[must_use]
pub fn score(subject: &Subject<'_>) -> Outcome {
    match (subject.kind, subject.weights.smallest()) {
        (PackageKind::Model, _) if !subject.unread_weights.is_empty() => Outcome::NotAvailable {
            reason: format!(
                "{} of weights could not be read, so the real size is not known: see the finding on {}",
                units::plural(subject.unread_weights.len() as u64, "file"),
                subject.unread_weights[0]
            ),
        },
        (PackageKind::Model, Some(loaded)) => of_weights(loaded, subject.weights.alternatives()),
        (PackageKind::Model, None) => Outcome::NotAvailable {
            reason: "no file holds weights in a known format (safetensors, GGUF, PyTorch, ONNX, TensorFlow, Flax, NumPy, pickle)"
                .to_owned(),
        },
        (PackageKind::Dataset | PackageKind::Code, _) => Outcome::NotAvailable {
            reason: format!("it measures how a model's weights fit on devices; this package is of the kind “{}”", subject.kind),
        },
    }
}

fn of_weights(loaded: &Alternative, alternatives: &[Alternative]) -> Outcome {
    let mut evidence = Vec::new();
    if alternatives.len() > 1 {
        let forms: Vec<_> =
            alternatives.iter().map(|form| format!("{} ({})", form.name, units::bytes(form.bytes))).take(12).collect();
        let count = alternatives.len();
        evidence.push(format!("The weights are there in {count} forms, of which a device loads one: {}.", forms.join(", ")));
    }
    evidence.push(format!("{} of weights ({}) must fit into memory.", units::bytes(loaded.bytes), loaded.name));
    let mut parts = BTreeMap::new();
    for device in Device::ALL {
        let score = device.score(loaded.bytes);
        #[expect(clippy::cast_precision_loss, reason = "a percentage")]
        let percent = loaded.bytes as f64 / device.usable_bytes() as f64 * 100.0;
        let percent = if percent < 0.1 { "less than 0.1".to_owned() } else { format!("{percent:.1}") };
        let usable = units::bytes(device.usable_bytes());
        let verdict = match score {
            1.0 => "fits comfortably",
            0.0 => "does not fit",
            _ => "fits, with less room to spare",
        };
        evidence.push(format!("{}: {verdict}; {percent} % of {usable} usable memory: {score:.2}.", device.title()));
        parts.insert(device.as_str().to_owned(), score);
    }
    #[expect(clippy::cast_precision_loss, reason = "there are four devices")]
    let mean = parts.values().sum::<f64>() / parts.len() as f64;
    Outcome::Scored { score: rounded(mean), parts, evidence }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn known_sizes_have_known_scores() {
        for (bytes, device, expected) in [
            (90_868_376, Device::RaspberryPi, 1.0),
            (3 * GIB / 8, Device::RaspberryPi, 1.0),
            (3 * GIB / 4, Device::RaspberryPi, 0.6667),
            (3 * GIB, Device::RaspberryPi, 0.0),
            (14_000_000_000, Device::DesktopPc, 0.0),
            (14_000_000_000, Device::AwsServer, 0.6268),
            (0, Device::JetsonNano, 1.0),
            (u64::MAX, Device::AwsServer, 0.0),
        ] {
            assert_eq!(device.score(bytes), expected, "{bytes} on {device:?}");
        }
    }

    proptest! {
        #[test]
        fn larger_weights_never_score_better(a: u64, b: u64, shift in 0u32..60, at in 0usize..4) {
            let (small, large) = ((a >> shift).min(b >> shift), (a >> shift).max(b >> shift));
            let device = Device::ALL[at];
            prop_assert!((0.0..=1.0).contains(&device.score(small)));
            prop_assert!(device.score(small) >= device.score(large));
        }

        #[test]
        fn a_device_with_more_memory_never_scores_worse(bytes: u64, shift in 0u32..60) {
            let bytes = bytes >> shift;
            prop_assert!(Device::JetsonNano.score(bytes) <= Device::RaspberryPi.score(bytes));
            prop_assert!(Device::RaspberryPi.score(bytes) <= Device::DesktopPc.score(bytes));
            prop_assert!(Device::DesktopPc.score(bytes) <= Device::AwsServer.score(bytes));
        }
    }
}
