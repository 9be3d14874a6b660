// An ESM import of node:http loads undici for its named exports, 20 ms of cold start; this asks for the module alone.
module.exports = process.getBuiltinModule("node:http");
