//! The published Rust implementation of negentropy protocol v1 behind lines of text, for test/interop and the vectors:
//!
//!     set <frame limit, 0 for none> <ids in hex>     a fresh side that holds these at timestamp 0
//!     initiate                                       its first message
//!     answer <message>                               as responder
//!     read <message>                                 as initiator: the next message or "-", then ids it has alone, ids it lacks
//!
//! Each command gets one line; bytes are hexadecimal.
use negentropy::{Id, Negentropy, NegentropyStorageVector};
use std::io::{self, BufRead, Write};

fn unhex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn side(limit: &str, ids: &[u8]) -> Negentropy<'static, NegentropyStorageVector> {
    let mut storage = NegentropyStorageVector::new();
    for id in ids.chunks(32) {
        storage.insert(0, Id::from_byte_array(id.try_into().unwrap())).unwrap();
    }
    storage.seal().unwrap();
    Negentropy::owned(storage, limit.parse().unwrap()).unwrap()
}

fn all(ids: &[Id]) -> String {
    ids.iter().map(|id| hex(id.as_bytes())).collect()
}

fn main() {
    let mut side_now = side("0", &[]);
    for line in io::stdin().lock().lines() {
        let line = line.unwrap();
        let mut words = line.split(' ');
        let command = words.next().unwrap();
        let first = words.next().unwrap_or("");
        let answer = match command {
            "set" => {
                side_now = side(first, &unhex(words.next().unwrap_or("")));
                Ok("ok".to_string())
            }
            "initiate" => side_now.initiate().map(|message| hex(&message)),
            "answer" => side_now.reconcile(&unhex(first)).map(|message| hex(&message)),
            "read" => {
                let (mut have, mut need) = (Vec::new(), Vec::new());
                side_now.reconcile_with_ids(&unhex(first), &mut have, &mut need).map(|next| {
                    let next = next.map_or("-".to_string(), |message| hex(&message));
                    format!("{next} {} {}", all(&have), all(&need))
                })
            }
            _ => Ok("unknown command".to_string()),
        };
        println!("{}", answer.unwrap_or_else(|error| format!("error {error}")));
        io::stdout().flush().unwrap();
    }
}
