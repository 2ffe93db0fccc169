//! Numbers as people read them.

use time::{Duration, OffsetDateTime, macros::format_description};

use crate::Invalid;

/// Bytes with a decimal unit and three significant digits: `90.9 MB`.
#[must_use]
pub fn bytes(count: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if count < 1000 {
        return format!("{count} B");
    }
    #[expect(clippy::cast_precision_loss, reason = "three digits are shown")]
    let mut value = count as f64;
    let mut unit = "";
    for next in UNITS {
        value /= 1000.0;
        unit = next;
        if value < 999.5 {
            break;
        }
    }
    let decimals = if value < 9.995 {
        2
    } else if value < 99.95 {
        1
    } else {
        0
    };
    format!("{value:.decimals$} {unit}")
}

/// Reads bytes as people write them: `500 MB`, `1.5TB`, `1000000`.
///
/// # Errors
/// When it is no number with a decimal unit, or more than can be counted.
pub fn parse_bytes(text: &str) -> Result<u64, Invalid> {
    const UNITS: [&str; 7] = ["b", "kb", "mb", "gb", "tb", "pb", "eb"];
    let wrong = || Invalid::new(format!("“{text}” is no size: use a number with a unit, such as 500 MB or 2 TB"));
    let lower = text.trim().to_ascii_lowercase();
    let digits = lower.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(lower.len());
    let (number, unit) = (&lower[..digits], lower[digits..].trim());
    let power = if unit.is_empty() { 0 } else { UNITS.iter().position(|known| *known == unit).ok_or_else(wrong)? };
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    if whole.is_empty() || fraction.contains('.') || fraction.len() > power * 3 {
        return Err(wrong());
    }
    // in whole numbers: what somebody typed is what counts
    let digits: u64 = format!("{whole}{fraction}").parse().map_err(|_| wrong())?;
    let zeros = u32::try_from(power * 3 - fraction.len()).map_err(|_| wrong())?;
    10_u64.checked_pow(zeros).and_then(|scale| digits.checked_mul(scale)).ok_or_else(wrong)
}

/// A count with a metric suffix and three significant digits: `22.7 M` parameters.
#[must_use]
pub fn count(number: u64) -> String {
    if number < 1000 {
        return number.to_string();
    }
    bytes(number)
        .replace("kB", "k")
        .replace("MB", "M")
        .replace("GB", "G")
        .replace("TB", "T")
        .replace("PB", "P")
        .replace("EB", "E")
}

/// A moment in UTC, to the minute: `2026-03-01 14:05 UTC`.
#[must_use]
pub fn moment(at: OffsetDateTime) -> String {
    at.to_offset(time::UtcOffset::UTC).format(format_description!("[year]-[month]-[day] [hour]:[minute] UTC")).unwrap_or_default()
}

/// A length of time in the two largest units that matter: `1 h 12 min`, `8.4 s`, `35 ms`.
#[must_use]
pub fn duration(length: Duration) -> String {
    let seconds = length.whole_seconds();
    if seconds >= 3600 {
        format!("{} h {} min", seconds / 3600, seconds % 3600 / 60)
    } else if seconds >= 60 {
        format!("{} min {} s", seconds / 60, seconds % 60)
    } else if length.whole_milliseconds() >= 1000 {
        format!("{:.1} s", length.as_seconds_f64())
    } else {
        format!("{} ms", length.whole_milliseconds().max(0))
    }
}

/// A noun with its number: `1 file`, `3 files`.
#[must_use]
pub fn plural(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_people_write_them() {
        for (text, expected) in [
            ("0", 0),
            ("1000000", 1_000_000),
            ("500 MB", 500_000_000),
            (" 1.5TB ", 1_500_000_000_000),
            ("0.001 kB", 1),
            ("18 eb", 18_000_000_000_000_000_000),
        ] {
            assert_eq!(parse_bytes(text), Ok(expected), "{text}");
        }
        for wrong in ["", "MB", "1.5", "1.0001 kB", "1.2.3 GB", "-1", "5 GiB", "19 EB", "1e3", "99999999999999999999"] {
            assert!(parse_bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn numbers_have_three_digits() {
        for (input, expected) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.00 kB"),
            (90_868_376, "90.9 MB"),
            (999_999, "1.00 MB"),
            (2_147_483_648, "2.15 GB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(bytes(input), expected);
        }
        assert_eq!(count(22_713_216), "22.7 M");
        assert_eq!(count(7), "7");
    }

    #[test]
    fn durations_name_what_matters() {
        for (milliseconds, expected) in
            [(0, "0 ms"), (35, "35 ms"), (8400, "8.4 s"), (61_000, "1 min 1 s"), (4_320_000, "1 h 12 min")]
        {
            assert_eq!(duration(Duration::milliseconds(milliseconds)), expected);
        }
    }
}
