// In the place of node-gyp-build, in the bundle of dynamodb.mjs: the one native part lies beside it.
const path = require("node:path");

module.exports = () => require(path.join(__dirname, "classic-level.node"));
