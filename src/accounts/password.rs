//! What a password must be, and argon2id.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

/// Characters at least: a sentence is easier to keep in mind than signs, and harder to guess (CNIL, recommendation of 2022).
const SHORTEST: usize = 12;

/// Octets at most: nobody types more, and each is worked through.
const LONGEST: usize = 1000;

/// Whether it may be chosen; if not, what to do.
pub(super) fn fit(password: &str, email: &str) -> Result<(), String> {
    let characters = password.chars().count();
    if characters < SHORTEST {
        return Err(format!(
            "le mot de passe a {characters} caractères ; il en faut {SHORTEST} : une phrase convient bien"
        ));
    }
    if password.len() > LONGEST {
        return Err("le mot de passe est trop long".into());
    }
    let distinct: std::collections::BTreeSet<_> = password.to_lowercase().chars().collect();
    if distinct.len() < 5 {
        return Err("le mot de passe répète les mêmes caractères : prenez plusieurs mots".into());
    }
    let own = email.split('@').next().unwrap_or_default();
    if !own.is_empty() && password.to_lowercase().contains(own) {
        return Err("le mot de passe contient votre adresse : prenez-en un autre".into());
    }
    Ok(())
}

/// As a PHC string with a salt of its own; `None`: the system gives no random number.
pub(super) fn hashed(password: &str) -> Option<String> {
    Argon2::default().hash_password(password.as_bytes()).ok().map(|phc| phc.to_string())
}

/// Nobody's password, with the parameters of today: comparing with it takes as long as with anybody's.
pub(super) const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$JW6qkrNZAzI0cBYCVZv0hUPYGSKHY4mBVBTVgdtWpJE";

/// Whether it is the one behind `phc`.
pub(super) fn is_right(password: &str, phc: Option<&str>) -> bool {
    let Ok(hash) = PasswordHash::new(phc.unwrap_or(NOBODYS)) else { return false };
    let matches = Argon2::default().verify_password(password.as_bytes(), &hash).is_ok();
    matches && phc.is_some()
}
