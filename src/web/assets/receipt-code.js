// The receipt code and the idempotency key, made on the giver's device, so that they are there without a network. The code
// is that of src/feedback/receipt.rs: 15 symbols by chance and one that checks them. It asks for nothing but
// crypto.getRandomValues.
(function (scope) {
  'use strict';

  var ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  var SYMBOLS = 16;
  // x⁵+x²+1: the numbers of GF(32) are counted with it.
  var POLYNOMIAL = 37;

  function timesAlpha(number) {
    var shifted = number << 1;
    return shifted & 32 ? shifted ^ POLYNOMIAL : shifted;
  }

  function dividedByAlpha(number) {
    return number & 1 ? (number ^ POLYNOMIAL) >> 1 : number >> 1;
  }

  // The code made of the first 75 bits of ten bytes, in fours with dashes between.
  function codeOf(bytes) {
    var symbols = [];
    for (var bit = 0; symbols.length < SYMBOLS - 1; bit += 5) {
      var pair = (bytes[bit >> 3] << 8) | (bytes[(bit >> 3) + 1] || 0);
      symbols.push((pair >> (11 - (bit & 7))) & 31);
    }
    // The last symbol makes Σ αⁱ·sᵢ = 0.
    var sum = symbols.reduceRight(function (sum, symbol) { return timesAlpha(sum) ^ symbol; }, 0);
    for (var i = 1; i < SYMBOLS; i++) { sum = dividedByAlpha(sum); }
    symbols.push(sum);
    var text = symbols.map(function (symbol) { return ALPHABET[symbol]; }).join('');
    return text.match(/.{4}/g).join('-');
  }

  function random(count) {
    return (scope.crypto || scope.msCrypto).getRandomValues(new Uint8Array(count));
  }

  // A random UUID (version 4). crypto.randomUUID is not there on old phones and without TLS.
  function newKey() {
    var bytes = random(16);
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    var text = '';
    for (var i = 0; i < bytes.length; i++) { text += (bytes[i] + 256).toString(16).slice(1); }
    return text.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }

  scope.kaikuReceipt = {
    newCode: function () { return codeOf(random(10)); },
    newKey: newKey,
    codeOf: codeOf
  };
})(self);
