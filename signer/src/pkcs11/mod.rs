//! Keys on PKCS#11 tokens: a smart card, an HSM. The private key stays there; each signature is
//! asked for through the vendor's module.
//!
//! A module is C code that may block for ever. So each key has a thread of its own, which owns the session,
//! and whoever waits for an answer waits [`TOKEN_WAIT_MAX`] at most. A session that broke (the token was
//! pulled out and put back, the module was finalised, the process was forked) is opened again once for a signature.

mod generate;
mod module;
mod public;
mod session;
mod uri;

use std::sync::atomic::{AtomicBool, AtomicIsize, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use self::session::Session;
pub use self::uri::TokenUri;
use crate::algorithm::Algorithm;
use crate::error::{SignError, TokenError};
use crate::key::{Passphrase, Signer, SigningKey};
use crate::public_key::PublicKey;

/// How long anybody waits for a token, opening it (again) included.
pub const TOKEN_WAIT_MAX: Duration = Duration::from_secs(15);

impl SigningKey {
    /// The key that `uri` names, with the PIN of the token's user. A token without login, or with a PIN pad
    /// of its own, takes none.
    ///
    /// An RSA key signs RS256, until [`SigningKey::with_algorithm`] says PS256.
    pub fn on_token(uri: &TokenUri, pin: Option<&Passphrase>) -> Result<Self, TokenError> {
        let (uri, pin) = (uri.clone(), pin.cloned());
        let (public_key, token) =
            Token::start(TOKEN_WAIT_MAX, move || Session::open(&uri, pin.as_ref()))?;
        Ok(Self::held_elsewhere(public_key, Arc::new(token)))
    }

    /// Makes a new key on a token, under the `object` (and `id`) of `uri`, and opens it: one that is private,
    /// sensitive and not extractable. RSA keys get 2048 bits.
    pub fn generate_on_token(
        uri: &TokenUri,
        pin: Option<&Passphrase>,
        algorithm: Algorithm,
    ) -> Result<Self, TokenError> {
        let (asked, its_pin) = (uri.clone(), pin.cloned());
        bounded(move || generate::generate(&asked, its_pin.as_ref(), algorithm))?;
        Ok(Self::on_token(uri, pin)?.with_algorithm(algorithm)?)
    }
}

/// An open session with a token that can sign with one key.
trait Opened {
    fn public_key(&self) -> &PublicKey;
    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, TokenError>;
    /// Ends a session that is not broken.
    fn close(self);
}

/// A key on a token, by way of its thread.
struct Token {
    /// None once it is dropped.
    jobs: Option<Sender<Job>>,
    wait: Duration,
    /// Nothing ever comes; it closes when the thread has ended.
    ended: Mutex<Receiver<()>>,
    /// Jobs that nobody waits for any more and that the thread has not come back from.
    abandoned: Arc<AtomicIsize>,
}

/// One signature to be made.
struct Job {
    algorithm: Algorithm,
    message: Vec<u8>,
    /// Set by who is first: the thread that has an answer, or the caller that gives up.
    is_over: Arc<AtomicBool>,
    answer: SyncSender<Result<Vec<u8>, TokenError>>,
}

impl Token {
    /// Starts the thread, which opens the session, and waits for that.
    fn start<S: Opened>(
        wait: Duration,
        open: impl Fn() -> Result<S, TokenError> + Send + 'static,
    ) -> Result<(PublicKey, Self), TokenError> {
        let (jobs, waiting) = channel();
        let (opened, answer) = sync_channel(1);
        let abandoned = Arc::new(AtomicIsize::new(0));
        let left = Arc::clone(&abandoned);
        let (ends, ended) = channel();
        spawn(move || {
            let _ends_with_the_thread: Sender<()> = ends;
            let session = open();
            let public_key = session.as_ref().map(|session| session.public_key().clone());
            // Who asked may have given up: then nobody sends jobs either.
            let told = opened.send(public_key.map_err(Clone::clone));
            if let (Ok(session), Ok(())) = (session, told) {
                serve(session, &open, &waiting, &left);
            }
        })?;
        let public_key = answer.recv_timeout(wait).map_err(|_| timed_out(wait))??;
        Ok((public_key, Self { jobs: Some(jobs), wait, ended: Mutex::new(ended), abandoned }))
    }
}

impl Signer for Token {
    fn sign(&self, algorithm: Algorithm, message: &[u8]) -> Result<Vec<u8>, SignError> {
        // Behind a call that does not come back nobody waits as well.
        if self.abandoned.load(Ordering::Acquire) > 0 {
            return Err(timed_out(self.wait).into());
        }
        let (answer, signature) = sync_channel(1);
        let is_over = Arc::new(AtomicBool::new(false));
        let job =
            Job { algorithm, message: message.to_vec(), is_over: Arc::clone(&is_over), answer };
        let jobs = self.jobs.as_ref().ok_or_else(|| timed_out(self.wait))?;
        jobs.send(job).map_err(|_| timed_out(self.wait))?;
        if let Ok(answer) = signature.recv_timeout(self.wait) {
            return Ok(answer?);
        }
        if !is_over.swap(true, Ordering::AcqRel) {
            self.abandoned.fetch_add(1, Ordering::AcqRel);
            return Err(timed_out(self.wait).into());
        }
        // The answer came in that very moment, or the thread has died.
        Ok(signature.recv().map_err(|_| timed_out(self.wait))??)
    }
}

/// Waits until the session is closed: a module that is at work while the process ends may bring it down.
impl Drop for Token {
    fn drop(&mut self) {
        self.jobs = None;
        if self.abandoned.load(Ordering::Acquire) <= 0 {
            let ended = self.ended.get_mut().unwrap_or_else(PoisonError::into_inner);
            // It never brings anything: it closes, or the bound is reached.
            let _ = ended.recv_timeout(TOKEN_WAIT_MAX);
        }
    }
}

/// The life of a key's thread, until nobody has the key any more.
fn serve<S: Opened>(
    session: S,
    open: &impl Fn() -> Result<S, TokenError>,
    jobs: &Receiver<Job>,
    abandoned: &AtomicIsize,
) {
    let public_key = session.public_key().clone();
    let mut session = Some(session);
    while let Ok(Job { algorithm, message, is_over, answer }) = jobs.recv() {
        let signed = sign(&mut session, open, &public_key, algorithm, &message);
        if is_over.swap(true, Ordering::AcqRel) {
            abandoned.fetch_sub(1, Ordering::AcqRel);
        } else {
            // Whoever asked is waiting.
            drop(answer.send(signed));
        }
    }
    if let Some(session) = session {
        session.close();
    }
}

/// Signs; where the session is gone, opens it again and signs, once.
fn sign<S: Opened>(
    session: &mut Option<S>,
    open: &impl Fn() -> Result<S, TokenError>,
    public_key: &PublicKey,
    algorithm: Algorithm,
    message: &[u8],
) -> Result<Vec<u8>, TokenError> {
    if let Some(open) = session.as_ref() {
        match open.sign(algorithm, message) {
            Err(TokenError::SessionLost { .. }) => {}
            signed => return signed,
        }
    }
    // What is lost is not closed: its handle may be somebody else's by now.
    *session = None;
    let again = open()?;
    // The algorithm of an RSA key is chosen by whoever has it, the key itself is not.
    if again.public_key().spki_der() != public_key.spki_der() {
        again.close();
        return Err(TokenError::OtherKey);
    }
    session.insert(again).sign(algorithm, message)
}

/// Does `work` on a thread of its own and waits for it.
fn bounded<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, TokenError> + Send + 'static,
) -> Result<T, TokenError> {
    let (answer, done) = sync_channel(1);
    spawn(move || drop(answer.send(work())))?;
    done.recv_timeout(TOKEN_WAIT_MAX).map_err(|_| timed_out(TOKEN_WAIT_MAX))?
}

fn spawn(work: impl FnOnce() + Send + 'static) -> Result<(), TokenError> {
    let thread = std::thread::Builder::new().name("token".to_owned());
    let started = thread.spawn(work);
    started.map(drop).map_err(|error| TokenError::Device { reason: error.to_string() })
}

fn timed_out(wait: Duration) -> TokenError {
    TokenError::TimedOut { seconds: wait.as_secs() }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    /// A token that answers what it is told to, when it is told to. `None`: the signature.
    struct Told {
        key: SigningKey,
        answers: Arc<Mutex<Receiver<Option<TokenError>>>>,
    }

    impl Opened for Told {
        fn public_key(&self) -> &PublicKey {
            self.key.public_key()
        }

        fn sign(&self, _: Algorithm, message: &[u8]) -> Result<Vec<u8>, TokenError> {
            match self.answers.lock().unwrap().recv().unwrap() {
                None => Ok(self.key.sign(message).unwrap()),
                Some(error) => Err(error),
            }
        }

        fn close(self) {}
    }

    type Teller = Sender<Option<TokenError>>;

    /// A token whose sessions, one after the other, have the keys of these seeds.
    fn token(wait: Duration, seeds: Vec<u8>) -> (SigningKey, Teller) {
        let (tell, answers) = channel();
        let answers = Arc::new(Mutex::new(answers));
        let seeds = Mutex::new(seeds.into_iter());
        let open = move || {
            let seed = seeds.lock().unwrap().next().ok_or(TokenError::TokenAbsent)?;
            let key = SigningKey::from_ed25519_seed([seed; 32])?;
            Ok(Told { key, answers: Arc::clone(&answers) })
        };
        // That it opens is waited for in any case.
        let (public_key, mut token) = Token::start(TOKEN_WAIT_MAX, open).unwrap();
        token.wait = wait;
        (SigningKey::held_elsewhere(public_key, Arc::new(token)), tell)
    }

    fn lost() -> TokenError {
        TokenError::SessionLost { reason: "away".to_owned() }
    }

    fn refusal(key: &SigningKey) -> Option<TokenError> {
        match key.sign(b"a") {
            Err(SignError::Token(error)) => Some(error),
            _ => None,
        }
    }

    #[test]
    fn a_session_that_is_lost_is_opened_again_once() {
        let (key, tell) = token(TOKEN_WAIT_MAX, vec![7, 7, 7]);
        tell.send(None).unwrap();
        key.sign(b"a").unwrap();
        for answer in [Some(lost()), None] {
            tell.send(answer).unwrap();
        }
        key.sign(b"a").unwrap();
        for answer in [Some(lost()), Some(lost())] {
            tell.send(answer).unwrap();
        }
        assert_eq!(refusal(&key), Some(lost()));
        // There is no fourth session.
        tell.send(Some(lost())).unwrap();
        assert_eq!(refusal(&key), Some(TokenError::TokenAbsent));
        assert_eq!(refusal(&key), Some(TokenError::TokenAbsent));
    }

    #[test]
    fn what_is_no_lost_session_is_not_tried_again() {
        let (key, tell) = token(TOKEN_WAIT_MAX, vec![7, 7]);
        let device = TokenError::Device { reason: "no".to_owned() };
        tell.send(Some(device.clone())).unwrap();
        assert_eq!(refusal(&key), Some(device));
        tell.send(None).unwrap();
        key.sign(b"a").unwrap();
    }

    #[test]
    fn another_key_under_the_same_name_does_not_sign() {
        let (key, tell) = token(TOKEN_WAIT_MAX, vec![7, 8, 7]);
        tell.send(Some(lost())).unwrap();
        assert_eq!(refusal(&key), Some(TokenError::OtherKey));
        tell.send(None).unwrap();
        key.sign(b"a").unwrap();
    }

    #[test]
    fn nobody_waits_for_a_token_longer_than_the_bound() {
        let (key, tell) = token(Duration::ZERO, vec![7]);
        assert_eq!(refusal(&key), Some(TokenError::TimedOut { seconds: 0 }));
        // The call has not come back: nothing is put behind it.
        assert_eq!(refusal(&key), Some(TokenError::TimedOut { seconds: 0 }));
        tell.send(None).unwrap();
        let (gate, closed) = channel::<()>();
        let closed = Mutex::new(closed);
        let never = move || {
            closed.lock().unwrap().recv().unwrap_err();
            Err::<Told, _>(TokenError::TokenAbsent)
        };
        let refused = Token::start(Duration::ZERO, never).map(drop).unwrap_err();
        assert_eq!(refused, TokenError::TimedOut { seconds: 0 });
        drop(gate);
    }

    #[test]
    fn a_signature_that_does_not_verify_is_not_given_out() {
        struct Wrong;
        impl Signer for Wrong {
            fn sign(&self, _: Algorithm, _: &[u8]) -> Result<Vec<u8>, SignError> {
                Ok(vec![0; 64])
            }
        }
        let public_key = SigningKey::from_ed25519_seed([7; 32]).unwrap().public_key().clone();
        let key = SigningKey::held_elsewhere(public_key, Arc::new(Wrong));
        assert_eq!(key.sign(b"a"), Err(SignError::KeyFailed));
    }
}
