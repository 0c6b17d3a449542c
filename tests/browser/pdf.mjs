// Prints a page and reads the PDF back with poppler's tools: where each word is, in which typefaces, how it looks.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const OUTPUT_MOST = 64 * 1024 * 1024;

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const decoded = (text) => text.replace(/&(#?\w+);/g, (whole, name) => (
  name.startsWith('#') ? String.fromCodePoint(Number(name.slice(1))) : ENTITIES[name] ?? whole
));

/**
 * Prints the page in the sizes that its style sheets ask for, and calls `read` with the result:
 *   sheets       `[{width, height, words: [{text, left, top, right, bottom}]}]`, in points
 *   typefaces    their names, such as `DejaVuSans-Bold`
 *   picture(sheet, dots)   a PNG of a sheet, counted from 0, with this many dots per inch
 */
export async function print(page, read) {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'kaiku-print-'));
  const file = path.join(directory, 'page.pdf');
  try {
    // As browsers print by default: without backgrounds.
    await writeFile(file, await page.pdf({ preferCSSPageSize: true, printBackground: false }));
    const { stdout: boxes } = await run('pdftotext', ['-bbox', '-enc', 'UTF-8', file, '-'], { maxBuffer: OUTPUT_MOST });
    const { stdout: fonts } = await run('pdffonts', [file]);
    return await read({
      sheets: [...boxes.matchAll(/<page width="([\d.]+)" height="([\d.]+)">(.*?)<\/page>/gs)].map(([, width, height, inner]) => ({
        width: Number(width),
        height: Number(height),
        words: [...inner.matchAll(/<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*?)<\/word>/gs)]
          .map(([, left, top, right, bottom, text]) => ({
            text: decoded(text).normalize('NFKC'),
            left: Number(left),
            top: Number(top),
            right: Number(right),
            bottom: Number(bottom),
          })),
      })),
      typefaces: [...new Set(fonts.split('\n').slice(2).filter(Boolean).map((line) => line.split(/\s+/)[0].replace(/^[A-Z]{6}\+/, '')))],
      picture: async (sheet, dots) => {
        const name = path.join(directory, `sheet-${sheet}`);
        const number = `${sheet + 1}`;
        await run('pdftoppm', ['-png', '-singlefile', '-r', `${dots}`, '-f', number, '-l', number, file, name]);
        return readFile(`${name}.png`);
      },
    });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Fails when a word is outside its sheet, or two words overlap. */
export function assertLegible({ width, height, words }) {
  // The box of a word is as high as its typeface may need, higher than its letters.
  const core = ({ text, left, top, right, bottom }) => {
    const spare = (bottom - top) * 0.2;
    return { text, left: left + 0.5, top: top + spare, right: right - 0.5, bottom: bottom - spare };
  };
  const cores = words.map(core).sort((one, other) => one.top - other.top);
  for (const [at, word] of cores.entries()) {
    const where = JSON.stringify(word);
    assert.ok(word.left >= 0 && word.top >= 0 && word.right <= width && word.bottom <= height, `outside of ${width} × ${height}: ${where}`);
    for (let next = at + 1; next < cores.length && cores[next].top < word.bottom; next += 1) {
      const other = cores[next];
      assert.ok(other.right <= word.left || other.left >= word.right, `${where} lies on ${JSON.stringify(other)}`);
    }
  }
}
