// Encrypts what waits on the device to the service's public key: HPKE (RFC 9180) in base mode with DHKEM(P-256,
// HKDF-SHA256), HKDF-SHA256 and AES-128-GCM, made from WebCrypto functions. src/keys/device_seal.rs decrypts it. The
// device has the public key only, so nobody who has the device can read what was encrypted.
(function (scope) {
  'use strict';

  const subtle = scope.crypto.subtle;
  const KEM = [0x00, 0x10];
  const SUITE = [0x00, 0x10, 0x00, 0x01, 0x00, 0x01];
  const ZEROES = new Uint8Array(32);
  const NONE = new Uint8Array(0);

  const ascii = (text) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

  function join(...parts) {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    let at = 0;
    for (const part of parts) { whole.set(part, at); at += part.length; }
    return whole;
  }

  // The two steps of HKDF: extract is one HMAC, and so is expand if one hash is long enough.
  async function mac(key, data) {
    const imported = await subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
    return new Uint8Array(await subtle.sign('HMAC', imported, data));
  }

  // RFC 9180, section 4: every input has a label. An empty salt is a salt of zeroes.
  const extract = (suite, salt, label, input) =>
    mac(salt.length ? salt : ZEROES, join(ascii('HPKE-v1'), suite, ascii(label), input));
  const expand = async (suite, secret, label, info, length) =>
    (await mac(secret, join([0, length], ascii('HPKE-v1'), suite, ascii(label), info, [1]))).slice(0, length);

  // Only tests pass `pair`.
  async function seal(publicKey, info, plain, bound, pair) {
    const curve = { name: 'ECDH', namedCurve: 'P-256' };
    const ephemeral = pair || await subtle.generateKey(curve, true, ['deriveBits']);
    const receiver = await subtle.importKey('raw', publicKey, curve, false, []);
    const point = new Uint8Array(await subtle.exportKey('raw', ephemeral.publicKey));
    const shared = new Uint8Array(
      await subtle.deriveBits({ name: 'ECDH', public: receiver }, ephemeral.privateKey, 256));
    const kem = join(ascii('KEM'), KEM);
    const prk = await extract(kem, NONE, 'eae_prk', shared);
    const agreed = await expand(kem, prk, 'shared_secret', join(point, publicKey), 32);
    const suite = join(ascii('HPKE'), SUITE);
    const context = join(
      [0], await extract(suite, NONE, 'psk_id_hash', NONE), await extract(suite, NONE, 'info_hash', info));
    const secret = await extract(suite, agreed, 'secret', NONE);
    const key = await subtle.importKey(
      'raw', await expand(suite, secret, 'key', context, 16), 'AES-GCM', false, ['encrypt']);
    const nonce = await expand(suite, secret, 'base_nonce', context, 12);
    const algorithm = { name: 'AES-GCM', iv: nonce, additionalData: bound || NONE };
    return join(point, new Uint8Array(await subtle.encrypt(algorithm, key, plain)));
  }

  scope.kaikuSeal = { seal: seal };
})(self);
