//! A body taken apart: its lines of text and its photos in reading order, each with what the markup says of it.

use url::Url;

use crate::article::BlockKind;

/// One line of text or one photo.
#[derive(Clone, Debug)]
pub(super) enum Piece {
    /// A line of text.
    Line(Line),
    /// A photo.
    Shot(Shot),
}

/// How a line is set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Align {
    /// From the left, or justified.
    #[default]
    Left,
    /// In the middle.
    Centre,
    /// To the right.
    Right,
}

/// What the names around a line say that it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing.
    #[default]
    Text,
    /// A caption.
    Caption,
    /// A caption where it stands by a photo.
    CaptionByPhoto,
    /// A byline.
    Author,
    /// A note of the source.
    Source,
    /// The lead.
    Lead,
}

/// Why a piece is no part of the article.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Dead {
    /// It leads to another page.
    Linked,
    /// It stands in a box that is no part of the article.
    Boxed,
    /// It repeats the headline.
    Title,
    /// Its wording says so: a label, a player's clock, a hotline.
    Furniture,
    /// It became a caption.
    Caption,
}

/// Where a piece stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// The number of the block element (`p`, `td`, …) around it.
    pub(super) block: u32,
    /// The number of the box of photos around it; 0 where there is none.
    pub(super) frame: u32,
    /// Row and column in the table that is its frame.
    pub(super) cell: (u16, u16),
}

/// A line of text: a paragraph, or a part of one between two `<br>`.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) kind: BlockKind,
    pub(super) text: String,
    pub(super) place: Place,
    pub(super) align: Align,
    pub(super) role: Role,
    /// Whether a single `<br>` parts it from the line before.
    pub(super) follows_break: bool,
    pub(super) ink: Ink,
    pub(super) dead: Option<Dead>,
}

/// How many letters there are, and of what make.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Ink {
    pub(super) letters: usize,
    pub(super) bold: usize,
    pub(super) italic: usize,
    /// In links to other pages.
    pub(super) linked: usize,
}

impl Ink {
    /// All of it is bold.
    pub(super) fn is_bold(self) -> bool {
        self.letters > 0 && self.bold == self.letters
    }

    /// All of it is italic.
    pub(super) fn is_italic(self) -> bool {
        self.letters > 0 && self.italic == self.letters
    }

    /// Nearly all of it is link: at least nine letters of ten.
    pub(super) fn is_linked(self) -> bool {
        self.letters > 0 && self.linked * 10 >= self.letters * 9
    }

    /// What is left when a part of it is taken away.
    pub(super) fn without(self, part: Ink) -> Ink {
        Ink {
            letters: self.letters.saturating_sub(part.letters),
            bold: self.bold.saturating_sub(part.bold),
            italic: self.italic.saturating_sub(part.italic),
            linked: self.linked.saturating_sub(part.linked),
        }
    }

    /// Both together.
    pub(super) fn and(self, other: Ink) -> Ink {
        Ink {
            letters: self.letters + other.letters,
            bold: self.bold + other.bold,
            italic: self.italic + other.italic,
            linked: self.linked + other.linked,
        }
    }
}

/// A photo.
#[derive(Clone, Debug)]
pub(super) struct Shot {
    pub(super) url: Url,
    pub(super) place: Place,
    /// What its attributes say of it (`data-caption`, `cms-photo-caption`), meant as a caption.
    pub(super) told: Option<String>,
    /// Its `alt` and `title`, which may be anything.
    pub(super) named: Vec<String>,
    /// It stands in a link to a page (not to a larger copy of itself).
    pub(super) linked: bool,
    pub(super) dead: Option<Dead>,
}

impl Piece {
    pub(super) fn dead(&self) -> Option<Dead> {
        match self {
            Piece::Line(line) => line.dead,
            Piece::Shot(shot) => shot.dead,
        }
    }

    pub(super) fn kill(&mut self, reason: Dead) {
        let dead = match self {
            Piece::Line(line) => &mut line.dead,
            Piece::Shot(shot) => &mut shot.dead,
        };
        dead.get_or_insert(reason);
    }

    pub(super) fn place_mut(&mut self) -> &mut Place {
        match self {
            Piece::Line(line) => &mut line.place,
            Piece::Shot(shot) => &mut shot.place,
        }
    }

    pub(super) fn line(&self) -> Option<&Line> {
        match self {
            Piece::Line(line) => Some(line),
            Piece::Shot(_) => None,
        }
    }
}
