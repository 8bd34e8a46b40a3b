//! Why a table could not be read or written, in words for people.

/// What went wrong with a file. The sentences are French and end without a full stop, as they may stand in a longer
/// one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// A file that was handed over cannot be read.
    #[error("le fichier « {name} » {why}")]
    Unreadable {
        /// Its name as it was given, without control characters, at most 100 characters.
        name: String,
        /// The reason.
        why: Unreadable,
    },
    /// A sheet is larger than any program accepts.
    #[error(
        "la feuille « {sheet} » est trop grande pour un tableur, qui s'arrête à 1 048 576 lignes et 16 384 colonnes : \
         réduisez la période ou choisissez le format CSV"
    )]
    TooLarge {
        /// Its name.
        sheet: String,
    },
    /// The library that writes gave up. Nothing in a workbook should bring this about.
    #[error("le classeur n'a pas pu être écrit : {0}")]
    Unwritten(String),
}

/// Why a file cannot be read; continues « le fichier « … » ».
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    /// Nothing in it.
    #[error("est vide")]
    Empty,
    /// More than [`MAX_BYTES`](super::MAX_BYTES).
    #[error("dépasse 50 Mo : ne gardez que les feuilles utiles, ou partagez-le en plusieurs fichiers")]
    TooLarge,
    /// A zip that holds more than [`MAX_UNPACKED`](super::MAX_UNPACKED), or more than it says.
    #[error("occupe plus de 500 Mo une fois décompressé : ne gardez que les feuilles utiles")]
    Bomb,
    /// More than [`MAX_ROWS`](super::MAX_ROWS).
    #[error("compte plus de 1 000 000 de lignes : partagez-le en plusieurs fichiers")]
    TooManyRows,
    /// More than [`MAX_CELLS`](super::MAX_CELLS).
    #[error("compte plus de 10 000 000 de cellules : ne gardez que les lignes et les colonnes utiles")]
    TooManyCells,
    /// More than [`MAX_TABLES`](super::MAX_TABLES).
    #[error("compte plus de 200 feuilles : ne gardez que les feuilles utiles")]
    TooManyTables,
    /// A CSV where a quotation mark opens and never closes; what follows cannot be told apart.
    #[error("contient, à la ligne {line}, un guillemet ouvert qui n'est jamais fermé : corrigez cette ligne")]
    OpenQuote {
        /// The row in which it opens, as a spreadsheet counts.
        line: usize,
    },
    /// An old .xls, or a workbook under a password: both look the same from outside.
    #[error(
        "est un ancien classeur .xls ou un classeur protégé par un mot de passe : ouvrez-le dans un tableur et \
         enregistrez-le au format .xlsx ou .ods, sans mot de passe"
    )]
    Locked,
    /// Something else altogether.
    #[error("n'est ni un CSV ni un classeur .xlsx ou .ods : enregistrez-le dans l'un de ces formats")]
    Foreign,
    /// Recognised, but cut or broken.
    #[error("est endommagé ou incomplet : ouvrez-le dans un tableur et enregistrez-le de nouveau")]
    Damaged,
}

impl Unreadable {
    /// The error on a file of this name.
    pub(super) fn of(self, name: &str) -> SheetError {
        let name = name.chars().filter(|c| !c.is_control()).take(100).collect();
        SheetError::Unreadable { name, why: self }
    }
}
