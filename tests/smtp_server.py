"""A mail server for the tests: a real one (aiosmtpd), with TLS, STARTTLS and authentication, and with faults on demand.

    smtp_server.py --folder DIR [--port N] [--tls none|starttls|tls] [--user NAME --password WORD]

The folder has cert.pem and key.pem for TLS. Each accepted mail, parsed by Python's mail parser, becomes a line of
mails.jsonl; each connection becomes a line of connections.jsonl. When it listens it prints its port.

The part of a recipient's address before the @ decides the response:
    refused…   550 to RCPT, permanently
    later…     451 to RCPT, temporarily
    spam…      554 to the mail itself, permanently
    slow…      the mail is accepted, but the response comes after 3 s
"""

import argparse
import asyncio
import json
import ssl
from email import message_from_bytes, policy
from pathlib import Path

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

SLOW_SECONDS = 3


class Handler:
    def __init__(self, folder: Path):
        self.folder = folder

    def write(self, name: str, line: dict) -> None:
        with open(self.folder / name, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    async def handle_RCPT(self, server, session, envelope, address, options):
        everybody = self.folder / "refuse-everybody"
        if everybody.exists():
            return everybody.read_text()
        if address.startswith("refused"):
            return "550 5.1.1 No such mailbox: " + address
        if address.startswith("later"):
            return "451 4.7.1 Come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        first = envelope.rcpt_tos[0]
        if first.startswith("spam"):
            return "554 5.7.1 This looks like spam"
        message = message_from_bytes(envelope.content, policy=policy.default)
        parts = [part for part in message.walk() if not part.is_multipart()]
        self.write(
            "mails.jsonl",
            {
                "connection": server.number,
                "tls": server.is_private(),
                "user": session.auth_data.login.decode() if session.auth_data else None,
                "from": envelope.mail_from,
                "to": envelope.rcpt_tos,
                "raw": envelope.content.decode("ascii"),
                "headers": [[name, str(value)] for name, value in message.items()],
                "kind": message.get_content_type(),
                "parts": {part.get_content_type(): part.get_content().replace("\r\n", "\n") for part in parts},
                "defects": [repr(defect) for part in message.walk() for defect in part.defects],
            },
        )
        if first.startswith("slow"):
            await asyncio.sleep(SLOW_SECONDS)
        return "250 OK"


class Server(SMTP):
    connections = 0

    def connection_made(self, transport):
        # This is called again for the same connection after STARTTLS.
        if not hasattr(self, "number"):
            Server.connections += 1
            self.number = Server.connections
            self.event_handler.write("connections.jsonl", {"connection": self.number})
        super().connection_made(transport)

    def is_private(self) -> bool:
        return self.transport.get_extra_info("ssl_object") is not None


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", choices=["none", "starttls", "tls"], default="none")
    parser.add_argument("--user")
    parser.add_argument("--password")
    given = parser.parse_args()

    context = None
    if given.tls != "none":
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(given.folder / "cert.pem", given.folder / "key.pem")

    def authenticate(server, session, envelope, mechanism, data):
        wanted = LoginPassword((given.user or "").encode(), (given.password or "").encode())
        return AuthResult(success=data == wanted, handled=False, auth_data=data)

    handler = Handler(given.folder)

    def serve() -> Server:
        return Server(
            handler,
            hostname="mail.test",
            enable_SMTPUTF8=False,
            tls_context=context if given.tls == "starttls" else None,
            require_starttls=given.tls == "starttls",
            authenticator=authenticate,
            auth_required=given.user is not None,
            auth_require_tls=given.tls == "starttls",
        )

    listener = await asyncio.get_running_loop().create_server(
        serve, "127.0.0.1", given.port, ssl=context if given.tls == "tls" else None
    )
    print(listener.sockets[0].getsockname()[1], flush=True)
    await listener.serve_forever()


asyncio.run(main())
