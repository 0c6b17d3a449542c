// Every page and state of the product, by name: how a window comes to it. The checks of accessibility and the weighing
// go through this table. A way works in every language, with script; `{page, visit, kaiku}` are those of a test.

const UNIT = 'koivuranta';

export const states = {
  'a unit': async ({ visit }) => visit(`/u/${UNIT}`),
  'a sensitive unit': async ({ visit }) => visit('/u/suvanto'),
  'the living page of the look': async ({ visit }) => visit('/style'),
  'what is not there': async ({ visit }) => visit('/u/nowhere', 404),
};
