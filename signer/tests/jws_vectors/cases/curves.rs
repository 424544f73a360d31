//! What whoever sees an ECDSA signature can make of it.

use jejak_signer::Algorithm;

/// The order of the group (NIST SP 800-186, 3.2.1), big-endian.
pub(super) fn order(algorithm: Algorithm) -> Vec<u8> {
    let text = match algorithm {
        Algorithm::Es256 => "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
        _ => concat!(
            "ffffffffffffffffffffffffffffffffffffffffffffffff",
            "c7634d81f4372ddf581a0db248b0a77aecec196accc52973",
        ),
    };
    let digits: Vec<char> = text.chars().collect();
    let byte = |pair: &[char]| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap();
    digits.chunks(2).map(byte).collect()
}

/// r and n - s verify where r and s do.
pub(super) fn twin(algorithm: Algorithm, signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    [r, &subtract(&order(algorithm), s)].concat()
}

/// The same signature as a SEQUENCE in DER, as OpenSSL and Java give it.
pub(super) fn der(signature: &[u8]) -> Vec<u8> {
    let (r, s) = signature.split_at(signature.len() / 2);
    let content = [integer(r), integer(s)].concat();
    [vec![0x30, u8::try_from(content.len()).unwrap()], content].concat()
}

fn integer(number: &[u8]) -> Vec<u8> {
    let zeros = number.iter().take_while(|byte| **byte == 0).count();
    let mut content = number.iter().copied().skip(zeros).collect::<Vec<_>>();
    if content.first().is_none_or(|byte| *byte >= 0x80) {
        content.insert(0, 0);
    }
    [vec![2, u8::try_from(content.len()).unwrap()], content].concat()
}

fn subtract(from: &[u8], number: &[u8]) -> Vec<u8> {
    let mut borrow = false;
    let digits = from.iter().zip(number).rev().map(|(from, number)| {
        let (first, below) = from.overflowing_sub(*number);
        let (digit, again) = first.overflowing_sub(u8::from(borrow));
        borrow = below || again;
        digit
    });
    let mut difference: Vec<u8> = digits.collect();
    difference.reverse();
    difference
}
