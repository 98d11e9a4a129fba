//! A setting's value: as text, and held against what its option takes.

use clap::{Arg, ArgAction, Command};
use toml::de::DeValue;

/// The value as the texts that would stand on a command line; none for a table.
pub(super) fn texts(value: &DeValue<'_>) -> Option<Vec<String>> {
    Some(match value {
        DeValue::String(text) => vec![text.to_string()],
        DeValue::Integer(number) => vec![number.as_str().to_owned()],
        DeValue::Float(number) => vec![number.as_str().to_owned()],
        DeValue::Boolean(flag) => vec![flag.to_string()],
        DeValue::Datetime(moment) => vec![moment.to_string()],
        DeValue::Array(list) => {
            let mut all = Vec::new();
            for item in list {
                all.extend(texts(item.get_ref())?);
            }
            all
        }
        DeValue::Table(_) => return None,
    })
}

/// Why an option does not take these values.
pub(super) fn refusal(argument: &Arg, values: &[String]) -> Option<String> {
    let option = argument.get_long()?;
    match argument.get_action() {
        ArgAction::SetTrue | ArgAction::SetFalse => {
            let is_flag = matches!(values, [flag] if flag == "true" || flag == "false");
            (!is_flag).then(|| format!("'{option}' must be true or false"))
        }
        ArgAction::Count => {
            let is_count = matches!(values, [count] if count.parse::<u8>().is_ok());
            (!is_count).then(|| format!("'{option}' must be a small number"))
        }
        _ => refused_values(argument, option, values),
    }
}

/// Parses the values as the command line would, by an argument of this kind alone.
fn refused_values(argument: &Arg, option: &str, values: &[String]) -> Option<String> {
    let takes_several = matches!(argument.get_action(), ArgAction::Append)
        || argument.get_num_args().is_some_and(|count| count.max_values() > 1)
        || argument.get_value_delimiter().is_some();
    if values.len() != 1 && !takes_several {
        return Some(format!("'{option}' takes one value"));
    }
    let mut alone = Arg::new("alone")
        .long(option.to_owned())
        .action(ArgAction::Append)
        .value_parser(argument.get_value_parser().clone());
    if let Some(names) = argument.get_value_names() {
        alone = alone.value_names(names.to_vec()).num_args(1);
    }
    if let Some(delimiter) = argument.get_value_delimiter() {
        alone = alone.value_delimiter(delimiter);
    }
    let line = values.iter().map(|value| format!("--{option}={value}"));
    let error = Command::new("khobao").no_binary_name(true).arg(alone).try_get_matches_from(line).err()?;
    let text = error.to_string();
    let told: Vec<&str> = text.lines().map(str::trim).take_while(|line| !line.is_empty()).collect();
    Some(told.join(" ").trim_start_matches("error: ").to_owned())
}
