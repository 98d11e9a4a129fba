//! The digests of WARC records: `sha1:` or `sha256:` and the digest in base32 or in hexadecimal digits.

use data_encoding::{BASE32_NOPAD, HEXLOWER_PERMISSIVE};
use sha1::Sha1;
use sha2::{Digest, Sha256};

/// What is wrong with a block by its digest; nothing where there is none, or one of an algorithm that is not known.
pub(super) fn fault(field: Option<&str>, block: &[u8]) -> Option<String> {
    let (algorithm, value) = field?.trim().split_once(':')?;
    let found: Vec<u8> = match algorithm.to_ascii_lowercase().as_str() {
        "sha1" | "sha-1" => Sha1::digest(block).to_vec(),
        "sha256" | "sha-256" => Sha256::digest(block).to_vec(),
        _ => return None,
    };
    let told = decoded(value.trim(), found.len())?;
    (told != found).then(|| "its bytes are not those of its digest".to_owned())
}

/// The bytes of a digest of the length that its algorithm has; none where it is written otherwise.
fn decoded(value: &str, length: usize) -> Option<Vec<u8>> {
    if value.len() == length * 2 {
        return HEXLOWER_PERMISSIVE.decode(value.as_bytes()).ok();
    }
    let upper = value.to_ascii_uppercase();
    let bare = upper.trim_end_matches('=');
    BASE32_NOPAD.decode(bare.as_bytes()).ok().filter(|bytes| bytes.len() == length)
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn a_digest_is_known_in_both_writings() {
        for right in [
            "sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N",
            "sha1:aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
            "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
            "md5:5d41402abc4b2a76b9719d911017c592",
        ] {
            assert_eq!(fault(Some(right), b"hello"), None, "{right}");
        }
        assert!(fault(Some("sha1:VL2MMHO4YXUKFWV63YHTWSBM3GXKSQ2N"), b"hell0").is_some());
    }
}
