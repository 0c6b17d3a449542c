// A picture of a page reduced to 256 colours: a third of the bytes without a visible difference.

import zlib from 'node:zlib';

import { required } from './support.mjs';

const COLOURS = 256;
// Colours with equal values after dropping this many low bits of each channel count as one.
const COARSE_BITS = 3;

/** The same picture with a palette of its most frequent colours; every other colour becomes the nearest of them. */
export function withPalette(png) {
  const { PNG } = required('pngjs');
  const { data, width, height } = PNG.sync.read(png);
  const exact = new Map();
  for (let at = 0; at < data.length; at += 4) {
    const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
    exact.set(colour, (exact.get(colour) || 0) + 1);
  }
  const palette = frequent(exact);
  const nearest = new Map(palette.map((colour, index) => [colour, index]));
  const rows = Buffer.alloc((width + 1) * height);
  for (let at = 0, row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1, at += 4) {
      const colour = (data[at] << 16) | (data[at + 1] << 8) | data[at + 2];
      if (!nearest.has(colour)) { nearest.set(colour, nearestOf(palette, colour)); }
      rows[row * (width + 1) + column + 1] = nearest.get(colour);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  // 8 bits for each pixel, the index of a colour.
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  const parts = [['IHDR', head], ['PLTE', colours], ['IDAT', zlib.deflateSync(rows, { level: 9 })], ['IEND', Buffer.alloc(0)]];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts.map(([name, content]) => chunk(name, content))]);
}

/** The most frequent colours: first one of each group that looks alike, then others until the palette is full. */
function frequent(counted) {
  const coarse = (colour) => [16, 8, 0].map((shift) => (colour >> shift) >> COARSE_BITS & (255 >> COARSE_BITS)).join();
  const sorted = [...counted].sort((a, b) => b[1] - a[1]).map(([colour]) => colour);
  const palette = [];
  const seen = new Set();
  for (const colour of sorted) {
    if (palette.length < COLOURS && !seen.has(coarse(colour))) {
      seen.add(coarse(colour));
      palette.push(colour);
    }
  }
  for (const colour of sorted) {
    if (palette.length < COLOURS && !palette.includes(colour)) { palette.push(colour); }
  }
  return palette;
}

function nearestOf(palette, colour) {
  let [best, least] = [0, Infinity];
  palette.forEach((other, index) => {
    const distance = [16, 8, 0].reduce((sum, shift) => sum + (((colour >> shift) & 255) - ((other >> shift) & 255)) ** 2, 0);
    if (distance < least) { [best, least] = [index, distance]; }
  });
  return best;
}

function chunk(name, content) {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), content]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  check.writeUInt32BE(crc(body));
  return Buffer.concat([length, body, check]);
}

function crc(bytes) {
  let sum = 0xffffffff;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; bit += 1) { sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1; }
  }
  return (sum ^ 0xffffffff) >>> 0;
}
