//! From an `<img>` to a photo of the article: its true address, and whether it is a photo at all.

use scraper::ElementRef;
use url::Url;

use super::document::{Document, attribute};

/// Attributes that hold the true address of a photo that is loaded late, the largest copy first.
const LATE: [&str; 7] = [
    "data-original",
    "data-photo-original-src",
    "data-original-src",
    "data-src",
    "data-lazy-src",
    "data-lazy",
    "data-echo",
];

/// Photos are wider and higher than this, in CSS pixels; what is smaller is a button or a counter.
const ICON_PIXELS_MAX: u32 = 60;

/// The longest address that is taken.
const ADDRESS_BYTES_MAX: usize = 4_096;

/// The longest `alt` or `title` that is looked at.
pub(super) const NAME_BYTES_MAX: usize = 4_000;

/// The longest list of sources that is looked through.
const SRCSET_BYTES_MAX: usize = 32_768;

/// Parts of addresses of what is put where the photo will be.
const PLACEHOLDERS: [&str; 9] = [
    "grey.gif",
    "blank.gif",
    "loading.",
    "placeholder",
    "spacer.",
    "transparent.",
    "pixel.",
    "lazyload.",
    "1x1.",
];

/// Photos are no `x.gif`: a GIF of a shorter name belongs to the page's furniture.
const GIF_NAME_BYTES_MIN: usize = 24;

/// Words in the last part of an address that name what is no photo of the article.
const NO_PHOTOS: [&str; 10] = [
    "logo",
    "icon",
    "avatar_default",
    "author_default",
    "emoji",
    "smiley",
    "banner_gg",
    "google-news",
    "button",
    "sprite",
];

/// The true address of the photo, or none where the element shows no photo of the article.
pub(super) fn photo(document: &Document, element: ElementRef<'_>) -> Option<Url> {
    if is_icon(element) {
        return None;
    }
    let url = address(element).and_then(|address| document.absolute(&address))?;
    let known_scheme = matches!(url.scheme(), "http" | "https");
    (known_scheme && !is_no_photo(&url)).then_some(url)
}

fn is_icon(element: ElementRef<'_>) -> bool {
    let small = |name: &str| {
        attribute(element, name)
            .and_then(|value| value.trim().trim_end_matches("px").parse::<u32>().ok())
            .is_some_and(|pixels| (1..=ICON_PIXELS_MAX).contains(&pixels))
    };
    small("width") && (small("height") || attribute(element, "height").is_none())
        || small("height") && attribute(element, "width").is_none()
}

fn address(element: ElementRef<'_>) -> Option<String> {
    let late = LATE.iter().filter_map(|name| attribute(element, name)).find(|value| is_address(value));
    if let Some(late) = late {
        return Some(late.to_owned());
    }
    let source = attribute(element, "src").filter(|value| is_address(value));
    if let Some(source) = source.filter(|source| !is_placeholder(source)) {
        return Some(source.to_owned());
    }
    ["data-srcset", "data-lazy-srcset", "srcset"]
        .iter()
        .filter_map(|name| attribute(element, name))
        .find_map(largest)
        .or_else(|| beside(element))
}

/// The address in the `<source>` elements of the `<picture>` around the image.
fn beside(element: ElementRef<'_>) -> Option<String> {
    let picture =
        element.parent().and_then(ElementRef::wrap).filter(|parent| parent.value().name() == "picture")?;
    picture.child_elements().filter(|child| child.value().name() == "source").find_map(|source| {
        ["data-srcset", "srcset"].iter().find_map(|name| attribute(source, name).and_then(largest))
    })
}

fn is_address(value: &str) -> bool {
    let value = value.trim();
    !value.is_empty()
        && value.len() <= ADDRESS_BYTES_MAX
        && !value.starts_with("data:")
        && !value.starts_with('#')
}

fn is_placeholder(address: &str) -> bool {
    let last = address.rsplit('/').next().unwrap_or(address).to_ascii_lowercase();
    PLACEHOLDERS.iter().any(|part| last.starts_with(part) || last.ends_with(part) || last == *part)
        || PLACEHOLDERS.iter().any(|part| part.ends_with('.') && last.starts_with(part))
}

/// The candidate of the greatest width or density in a `srcset` (HTML, §4.8.4.2.1).
fn largest(srcset: &str) -> Option<String> {
    if srcset.len() > SRCSET_BYTES_MAX {
        return None;
    }
    let mut best: Option<(f64, &str)> = None;
    for candidate in srcset.split(", ").flat_map(|part| part.split(",\n")) {
        let mut parts = candidate.trim().trim_end_matches(',').split_ascii_whitespace();
        let Some(address) = parts.next().filter(|address| is_address(address)) else { continue };
        let size = parts
            .next()
            .and_then(|size| size.trim_end_matches(['w', 'x', 'h']).parse::<f64>().ok())
            .unwrap_or(1.0);
        if best.is_none_or(|(greatest, _)| size > greatest) {
            best = Some((size, address));
        }
    }
    best.map(|(_, address)| address.to_owned())
}

fn is_no_photo(url: &Url) -> bool {
    let path = url.path().to_ascii_lowercase();
    let last = path.rsplit('/').next().unwrap_or(&path);
    let ending = last.rsplit_once('.').map_or("", |(_, ending)| ending);
    if ending == "svg" || (ending == "gif" && last.len() < GIF_NAME_BYTES_MIN && !path.contains("upload")) {
        return true;
    }
    let behind_signs = last.match_indices(['-', '_', '.']).map(|(at, _)| &last[at + 1..]);
    let mut parts = std::iter::once(last).chain(behind_signs);
    parts.any(|part| NO_PHOTOS.iter().any(|word| part.starts_with(word)))
}

/// What is left of an address when everything is taken off in which two sizes of one photo differ: the host, the
/// query, and parts of the path that name a size (`w860`, `1200x630`, `thumb_w/730`).
pub(super) fn key(url: &Url) -> String {
    let mut key = String::with_capacity(url.path().len());
    let mut after_size = false;
    for part in url.path().split('/').filter(|part| !part.is_empty()) {
        let is_number = part.bytes().all(|byte| byte.is_ascii_digit());
        after_size = is_size(part) || (after_size && is_number);
        if !after_size {
            key.push('/');
            key.push_str(part);
        }
    }
    key
}

fn is_size(part: &str) -> bool {
    let is_measure = |c: char| c.is_ascii_digit() || matches!(c, 'x' | 'w' | 'h' | '_');
    let has_letter = part.bytes().any(|byte| byte.is_ascii_alphabetic());
    let digits = part.bytes().filter(u8::is_ascii_digit).count();
    matches!(part, "thumbs" | "thumb" | "zoom" | "medium" | "large" | "small" | "thumbnail")
        || part.starts_with("thumb_")
        || (digits >= 2 && part.chars().all(is_measure) && (has_letter || part.contains('_')))
}

/// Whether an address leads to an image file.
pub(super) fn is_image_address(address: &str) -> bool {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let Some((_, ending)) = path.rsplit_once('.') else { return false };
    ["jpg", "jpeg", "png", "gif", "webp", "avif", "bmp", "jfif", "heic", "tif", "tiff"]
        .iter()
        .any(|image| ending.eq_ignore_ascii_case(image))
}

#[cfg(test)]
mod tests {
    use scraper::Selector;

    use super::*;

    fn read(tag: &str) -> Option<String> {
        let base = Url::parse("https://baobinhtrung.vn/xa-hoi/bai-post7.html").unwrap();
        let document = Document::parse(tag, &base, None);
        let images = Selector::parse("img").unwrap();
        let image = document.root().select(&images).next().unwrap();
        photo(&document, image).map(|url| url.to_string())
    }

    #[test]
    fn a_late_photo_has_its_address_in_a_data_attribute() {
        let grey = "src='data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=='";
        assert_eq!(
            read(&format!("<img {grey} data-src='/Uploaded/2023/cau-nghi.jpg'>")).unwrap(),
            "https://baobinhtrung.vn/Uploaded/2023/cau-nghi.jpg"
        );
        assert_eq!(
            read(
                "<img src='/img/grey.gif' data-srcset='/a-320.jpg 320w, /a-1280.jpg 1280w, /a-640.jpg 640w'>"
            )
            .unwrap(),
            "https://baobinhtrung.vn/a-1280.jpg"
        );
        assert_eq!(
            read("<picture><source data-srcset='/b.jpg 1x, /b2.jpg 2x'><img src='/img/grey.gif'></picture>")
                .unwrap(),
            "https://baobinhtrung.vn/b2.jpg"
        );
        assert_eq!(
            read("<img src='/thumb_w/730/c.jpg' data-original='/c.jpg'>").unwrap(),
            "https://baobinhtrung.vn/c.jpg"
        );
    }

    #[test]
    fn icons_pixels_and_drawings_are_no_photos() {
        for tag in [
            "<img src='/i/print.png' width='20' height='20'>",
            "<img src='/i/logo.png'>",
            "<img src='/i/share.svg'>",
            "<img src='https://count.example/1x1.gif' width=1 height=1>",
            "<img alt='x'>",
            "<img src='javascript:void(0)'>",
        ] {
            assert_eq!(read(tag), None, "{tag}");
        }
    }

    #[test]
    fn two_sizes_of_one_photo_have_one_key() {
        let key_of = |url: &str| key(&Url::parse(url).unwrap());
        assert_eq!(
            key_of("https://image.baobinhtrung.vn/w860/Uploaded/2023/05_10/hoi-nghi-4127.jpg"),
            key_of("https://image.baobinhtrung.vn/1200x630/Uploaded/2023/05_10/hoi-nghi-4127.jpg?v=2"),
        );
        assert_ne!(
            key_of("https://a.vn/2022/3/18/image003.jpg"),
            key_of("https://a.vn/2022/3/18/image005.jpg")
        );
        assert_ne!(
            key_of("https://a.vn/2021/3/18/image003.jpg"),
            key_of("https://a.vn/2022/3/18/image003.jpg")
        );
    }
}
