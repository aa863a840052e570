// The port that `npm start` listens on: parsed from PORT, and refused when something already has it.
import { createConnection, createServer } from "node:net";
import { Refusal } from "./install.mjs";

export const HOST = "127.0.0.1";
export const PORT_DEFAULT = 8787;
const PORT_MAX = 65_535;

/**
 * A port from 1 to 65535; anything else is refused.
 * @param {string | undefined} text
 */
export function parsePort(text = String(PORT_DEFAULT)) {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > PORT_MAX)
    throw new Refusal(
      `PORT is "${text}", which is no port. Give a number from 1 to ${PORT_MAX}: PORT=8788 npm start`,
    );
  return port;
}

/**
 * Refuses a port where something listens, be it on 127.0.0.1 or on IPv6's localhost, where browsers look first.
 * @param {number} port
 */
export async function requireFreePort(port) {
  if ((await canListen(port)) && !(await someoneListens(port))) return;
  const other = port < PORT_MAX ? port + 1 : PORT_DEFAULT;
  throw new Refusal(
    `Port ${port} is taken by another program. Stop that one, or choose another port: PORT=${other} npm start`,
  );
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function canListen(port) {
  return new Promise((settle, reject) => {
    const server = createServer();
    server.once("error", (/** @type {NodeJS.ErrnoException} */ error) => {
      if (error.code === "EADDRINUSE") settle(false);
      else if (error.code === "EACCES")
        reject(
          new Refusal(
            `Port ${port} needs rights that you lack. Choose one above 1023: PORT=${PORT_DEFAULT} npm start`,
          ),
        );
      else reject(error);
    });
    server.listen({ port, host: HOST, exclusive: true }, () => server.close(() => settle(true)));
  });
}

/**
 * @param {number} port
 * @returns {Promise<boolean>}
 */
function someoneListens(port) {
  return new Promise((settle) => {
    const socket = createConnection({ port, host: "localhost", timeout: 1_000 });
    const answer = (/** @type {boolean} */ listens) => {
      socket.destroy();
      settle(listens);
    };
    socket.once("connect", () => answer(true));
    socket.once("timeout", () => answer(false));
    socket.once("error", () => answer(false));
  });
}
