//! Newspapers against each other: a host belongs to one of them, an address stands in one list.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use url::Url;

use super::part::Part;
use crate::newspaper::fault::Fault;
use crate::newspaper::{Newspaper, Status};
use crate::target::{address_key, bare_host, canonical};

/// Tells hosts in two files, addresses listed twice or on foreign hosts, and newspapers that do not exist.
pub(super) fn check(whole: &[(&Part<'_>, Newspaper)], ids: &HashSet<&str>, faults: &mut Vec<Fault>) {
    check_hosts(whole, faults);
    for (part, newspaper) in whole {
        check_addresses(part, newspaper, faults);
        if let (Status::Merged { into, .. }, Some(written)) = (&newspaper.status, &part.raw.status) {
            let is_alone = ids.len() == 1;
            if *into == newspaper.id || !ids.contains(into.as_str()) && !is_alone {
                let known: Vec<&str> = ids.iter().copied().collect();
                let advice = match super::super::tree::nearest(into, &known) {
                    Some(near) if near != newspaper.id => format!("did you mean `{near}`?"),
                    _ => "name another newspaper's file, without .toml".to_owned(),
                };
                let what = format!("there is no newspaper `{into}` to merge into");
                faults.push(part.file.fault(&written.span(), what, advice));
            }
        }
    }
}

fn check_hosts(whole: &[(&Part<'_>, Newspaper)], faults: &mut Vec<Fault>) {
    let mut owners: HashMap<&str, Vec<usize>> = HashMap::new();
    for (index, (part, _)) in whole.iter().enumerate() {
        for host in &part.hosts {
            let of_host = owners.entry(bare_host(&host.value)).or_default();
            if !of_host.contains(&index) {
                of_host.push(index);
            }
        }
    }
    for (index, (part, _)) in whole.iter().enumerate() {
        for host in &part.hosts {
            let others =
                owners.get(bare_host(&host.value)).into_iter().flatten().filter(|other| **other != index);
            for (other, _) in others.map(|other| &whole[*other]) {
                let what = format!("the host `{}` is also in {}", host.value, other.file.shown);
                faults.push(part.file.fault(
                    &host.at,
                    what,
                    "a host belongs to one newspaper: remove it from one",
                ));
            }
        }
    }
}

fn check_addresses(part: &Part<'_>, newspaper: &Newspaper, faults: &mut Vec<Fault>) {
    let mut seen: HashMap<String, &str> = HashMap::new();
    let mut check = |key: &'static str, url: &Url, at: &Range<usize>| {
        if !newspaper.owns(url) && !part.hosts.is_empty() {
            let what = format!("`{url}` in `{key}` stands on a foreign host");
            faults.push(part.file.fault(at, what, "add its host to `hosts`, or remove it"));
        }
        if let Some(earlier) = seen.insert(address_key(&canonical(url)), key) {
            let what = format!("`{url}` is listed twice, in `{earlier}` and in `{key}`");
            faults.push(part.file.fault(at, what, "remove one"));
        }
    };
    let lists = [("start", &part.start), ("feeds", &part.feeds), ("sitemaps", &part.sitemaps)];
    for (key, list) in lists {
        for placed in list.iter().flatten() {
            check(key, &placed.value, &placed.at);
        }
    }
    for placed in part.apis.iter().flatten() {
        let sample = placed.value.url.replace("{page}", "1").replace("{slug}", "a");
        if let Ok(url) = Url::parse(&sample) {
            check("api", &url, &placed.at);
        }
    }
}
