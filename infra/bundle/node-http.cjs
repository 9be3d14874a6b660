// In place of node:http: an ESM import of it loads undici for its named exports, which adds 20 ms to a cold start.
module.exports = process.getBuiltinModule("node:http");
