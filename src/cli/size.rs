//! Sizes as people write them: `500MB` (decimal, as disks are sold), `2GiB` (binary), or bare bytes.

/// The units, by their letters in lower case.
const UNITS: [(&str, u64); 14] = [
    ("", 1),
    ("b", 1),
    ("k", 1_000),
    ("kb", 1_000),
    ("m", 1_000_000),
    ("mb", 1_000_000),
    ("g", 1_000_000_000),
    ("gb", 1_000_000_000),
    ("t", 1_000_000_000_000),
    ("tb", 1_000_000_000_000),
    ("kib", 1 << 10),
    ("mib", 1 << 20),
    ("gib", 1 << 30),
    ("tib", 1 << 40),
];

/// Reads a size in bytes.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let wrong = || format!("'{text}' is no size (such as 500MB, 1.5GB, 2GiB, or a number of bytes)");
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let unit = text[end..].trim_start().to_ascii_lowercase();
    let (_, factor) = UNITS.iter().find(|(name, _)| *name == unit).ok_or_else(wrong)?;
    let (whole, part) = text[..end].split_once('.').unwrap_or((&text[..end], ""));
    // Nine places are more than a terabyte's fraction can show.
    if part.len() > 9 || (whole.is_empty() && part.is_empty()) {
        return Err(wrong());
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| wrong())? };
    let scale = 10_u64.pow(u32::try_from(part.len()).map_err(|_| wrong())?);
    let part: u64 = if part.is_empty() { 0 } else { part.parse().map_err(|_| wrong())? };
    let fraction = u128::from(part) * u128::from(*factor) / u128::from(scale);
    let bytes = u128::from(whole) * u128::from(*factor) + fraction;
    u64::try_from(bytes).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_decimal_and_binary_units() {
        let told = ["0", "1500", "500MB", "1.5 GB", "2GiB", "1t", ".5k"].map(|text| parse(text).unwrap());
        assert_eq!(told, [0, 1500, 500_000_000, 1_500_000_000, 2 << 30, 1_000_000_000_000, 500]);
        for text in ["", "GB", "-1", "5 XB", "1.2.3", "99999999999TB", "1,5GB", "1.0123456789k"] {
            assert!(parse(text).unwrap_err().contains("is no size"), "{text}");
        }
    }
}
