//! A mail draft (RFC 5322): nothing is sent, and it names nobody but whom it is for.
//!
//! There is no sender and no message id: the mail program that opens the draft adds its own, and
//! nothing here could tell of this machine.

use mail_builder::headers::HeaderType;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::raw::Raw;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

use crate::domain::audience::Reachable;
use crate::domain::time::Moment;

/// Whether a person has an address that a mail program takes as it stands: letters beyond ASCII
/// need a mail server that speaks SMTPUTF8, and many do not.
pub(crate) fn can_carry(person: &Reachable) -> bool {
    person.email.as_deref().is_some_and(|email| {
        let plain = |c: char| c.is_ascii_graphic() && !r#"<>()[],;:"\"#.contains(c);
        email.chars().all(plain) && email.matches('@').count() == 1
    })
}

/// The draft of a mail with this text, to those who have an address.
pub(crate) fn draft(to: &[Reachable], subject: &str, text: &str, at: Moment) -> String {
    let to: Vec<Address<'_>> = to
        .iter()
        .filter(|person| can_carry(person))
        .filter_map(|person| {
            let email = person.email.as_deref()?;
            Some(Address::new_address(Some(one_line(&person.name)), one_line(email)))
        })
        .collect();
    let mut mail = MimePart::raw(text);
    if !to.is_empty() {
        mail = mail.header("To", Address::new_list(to));
    }
    let seconds = at.utc().timestamp();
    let mail = mail
        .header("Subject", Text::new(one_line(subject)))
        .header("Date", Date::new(seconds))
        .header("X-Unsent", Raw::new("1"))
        .header("MIME-Version", Raw::new("1.0"))
        .header(
            "Content-Type",
            HeaderType::ContentType(ContentType::new("text/plain").attribute("charset", "utf-8")),
        );
    let mut written = Vec::new();
    mail.write_part(&mut written);
    String::from_utf8_lossy(&written).into_owned()
}

/// Words for a header: a control character, which could begin another header, becomes a space.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Zone;

    fn person(name: &str, email: Option<&str>) -> Reachable {
        Reachable { name: name.to_owned(), email: email.map(str::to_owned) }
    }

    #[test]
    fn a_draft_is_read_back_as_it_was_written() {
        let zone: Zone = "Europe/Berlin".parse().expect("a zone");
        let at = Moment::parse_rfc3339("2026-11-21T10:00:00+01:00", zone).expect("a moment");
        let text = format!("Größe 会議 👍\n.\nFrom me\n\n{}\nend = \n", "long words ".repeat(200));
        let to = [
            person("Dána \"D\"\r\nBcc: evil@example.org", Some("dana@example.org")),
            person("No Address", None),
            person("Jürgen", Some("jürgen@example.org")),
            person("Older", Some("a@b>,<evil@example.org")),
            person("Two", Some("a@b@example.org")),
            person("会議 Noor, <x>", Some("noor@example.org")),
        ];
        let draft = draft(&to, "Session 1,\r\nBcc: evil@example.org Größe", &text, at);
        assert!(draft.is_ascii() && draft.lines().all(|line| line.len() <= 998));
        assert_eq!(draft.matches('\n').count(), draft.matches("\r\n").count());
        let mail = mail_parser::MessageParser::default().parse(&draft).expect("a mail");
        let read = mail.body_text(0).expect("a text").replace("\r\n", "\n");
        assert_eq!(read.trim_end(), text.trim_end());
        let to: Vec<_> =
            mail.to().expect("To").iter().map(|one| (one.name(), one.address())).collect();
        assert_eq!(
            to,
            [
                (Some("Dána \"D\"  Bcc: evil@example.org"), Some("dana@example.org")),
                (Some("会議 Noor, <x>"), Some("noor@example.org")),
            ]
        );
        assert_eq!(mail.subject(), Some("Session 1,  Bcc: evil@example.org Größe"));
        assert_eq!(
            mail.date().map(mail_parser::DateTime::to_timestamp),
            Some(at.utc().timestamp())
        );
        assert!(mail.from().is_none() && mail.bcc().is_none() && mail.message_id().is_none());
        assert_eq!(mail.header_raw("X-Unsent").map(str::trim), Some("1"));
    }
}
