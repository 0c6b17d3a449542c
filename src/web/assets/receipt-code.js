// The receipt code and the idempotency key, made on the giver's device, so that they exist without a network. The code
// is that of src/base/receipt.rs: 15 random symbols and a check symbol. It needs only crypto.getRandomValues.
(function (scope) {
  'use strict';

  var ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
  var SYMBOLS = 16;
  // x⁵+x²+1, the polynomial of GF(32).
  var POLYNOMIAL = 37;

  function timesAlpha(number) {
    var shifted = number << 1;
    return shifted & 32 ? shifted ^ POLYNOMIAL : shifted;
  }

  function dividedByAlpha(number) {
    return number & 1 ? (number ^ POLYNOMIAL) >> 1 : number >> 1;
  }

  // The code made from the first 75 bits of ten bytes, in groups of four with dashes.
  function codeOf(bytes) {
    var symbols = [];
    for (var bit = 0; symbols.length < SYMBOLS - 1; bit += 5) {
      var pair = (bytes[bit >> 3] << 8) | (bytes[(bit >> 3) + 1] || 0);
      symbols.push((pair >> (11 - (bit & 7))) & 31);
    }
    // The last symbol is chosen so that Σ αⁱ·sᵢ = 0.
    var sum = symbols.reduceRight(function (sum, symbol) { return timesAlpha(sum) ^ symbol; }, 0);
    for (var i = 1; i < SYMBOLS; i++) { sum = dividedByAlpha(sum); }
    symbols.push(sum);
    var text = symbols.map(function (symbol) { return ALPHABET[symbol]; }).join('');
    return text.match(/.{4}/g).join('-');
  }

  function random(count) {
    return (scope.crypto || scope.msCrypto).getRandomValues(new Uint8Array(count));
  }

  // A random UUID (version 4). Old phones and pages without TLS do not have crypto.randomUUID.
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
