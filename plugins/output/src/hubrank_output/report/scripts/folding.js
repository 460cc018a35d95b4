// Texts folded for searching: small letters of any script, without accents.

const PLAIN_LETTERS = { ß: "ss", æ: "ae", œ: "oe", ø: "o", đ: "d", ð: "d", ł: "l", ı: "i", þ: "th" };
const TWO_LETTERS = { ä: "ae", ö: "oe", ü: "ue", ø: "oe", å: "aa" };

/** A text in small letters without accents, spaces and punctuation; of one that has no letters, itself. */
function folded(text) {
  const plain = text.toLowerCase().normalize("NFKD").replace(/\p{M}/gu, "").replace(/[ßæœøđðłıþ]/g, (each) => PLAIN_LETTERS[each]);
  return plain.replace(/[^\p{L}\p{N}]+/gu, "") || plain.trim();
}

/** A text folded, and folded again with German and Nordic letters written as two. */
function spellings(text) {
  const letters = text.normalize("NFC").toLowerCase();
  const other = letters.replace(/[äöüøå]/g, (each) => TWO_LETTERS[each]);
  return other === letters ? [folded(text)] : [folded(text), folded(other)];
}
