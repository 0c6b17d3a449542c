// Verifies messages with the Standard Webhooks library of JavaScript: a JSON list on standard input, one verdict per
// line.
const { Webhook, WebhookVerificationError } = require("standardwebhooks");

const messages = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
for (const message of messages) {
  // The library rejects old messages; the tests' messages carry the time of the tests' clock.
  Date.now = () => message.now * 1000;
  try {
    new Webhook(message.secret).verify(message.body, message.headers);
    console.log("verified");
  } catch (why) {
    if (!(why instanceof WebhookVerificationError)) throw why;
    console.log(`refused: ${why.message}`);
  }
}
