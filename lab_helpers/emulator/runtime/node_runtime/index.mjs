// Lambda's Node.js runtime: INIT, then one invocation after the other.
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { format } from "node:util";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const root = "/2018-06-01/runtime/";
const taskRoot = process.env.LAMBDA_TASK_ROOT;
const agent = new http.Agent({ keepAlive: true, maxSockets: 1, noDelay: true });
const TEXT_FRAME = 0xa55a0003;
const LEVELS = { TRACE: 1, DEBUG: 2, INFO: 3, WARN: 4, ERROR: 5, FATAL: 6 };
let requestId = "undefined";

function call(method, target, headers = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    if (body !== undefined) headers["Content-Length"] = Buffer.byteLength(body);
    const request = http.request({ host, port, agent, method, path: root + target, headers });
    request.on("error", reject);
    request.on("response", (response) => {
      const pieces = [];
      response.on("data", (piece) => pieces.push(piece));
      response.on("end", () =>
        resolve({ headers: response.headers, body: Buffer.concat(pieces).toString("utf8") }),
      );
    });
    request.end(body);
  });
}

// One record stays one record, whatever its lines: see log_frames.py.
function writeRecord(level, text) {
  const message = Buffer.from(text, "utf8");
  const head = Buffer.alloc(16);
  head.writeUInt32BE(TEXT_FRAME + LEVELS[level] * 4, 0);
  head.writeUInt32BE(message.length, 4);
  head.writeBigUInt64BE(BigInt(Date.now()) * 1000n, 8);
  let data = Buffer.concat([head, message]);
  while (data.length > 0) {
    try {
      data = data.subarray(fs.writeSync(1, data));
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

function log(level, ...words) {
  writeRecord(level, `${new Date().toISOString()}\t${requestId}\t${level}\t${format(...words)}\n`);
}

function patchConsole() {
  const levels = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };
  for (const [name, level] of Object.entries(levels)) {
    console[name] = (...words) => log(level, ...words);
  }
  console.fatal = (...words) => log("FATAL", ...words);
}

// As AWS names the places, wherever the function's folder lies here.
function awsPaths(text) {
  return text.replaceAll(pathToFileURL(taskRoot).href, "file:///var/task").replaceAll(taskRoot, "/var/task");
}

function describe(error) {
  if (!(error instanceof Error)) {
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  }
  const trace = awsPaths(error.stack ?? "").split("\n");
  return { errorType: error.name, errorMessage: awsPaths(error.message), trace };
}

function logError(title, error, payload) {
  const own = error instanceof Error ? { ...error } : {};
  const { errorType, errorMessage, trace } = payload;
  log("ERROR", `${title} \t${JSON.stringify({ errorType, errorMessage, ...own, stack: trace })}`);
}

class RuntimeFault extends Error {
  constructor(name, message) {
    super(message);
    this.name = name;
  }
}

function moduleFile(name) {
  for (const extension of ["", ".js", ".mjs", ".cjs"]) {
    const file = path.resolve(taskRoot, name + extension);
    if (fs.existsSync(file) && fs.statSync(file).isFile()) return file;
  }
  const text = `Error: Cannot find module '${path.basename(name)}'\nRequire stack:\n- /var/runtime/index.mjs`;
  throw new RuntimeFault("Runtime.ImportModuleError", text);
}

async function loadHandler(handler) {
  const match = /^(.*\/)?([^/.]+)\.(.+)$/.exec(handler);
  if (!match || handler.includes("..")) {
    throw new RuntimeFault("Runtime.MalformedHandlerName", "Bad handler");
  }
  const [, folder = "", name, names] = match;
  let module;
  try {
    module = await import(pathToFileURL(moduleFile(folder + name)).href);
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new RuntimeFault("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`);
    }
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw new RuntimeFault("Runtime.ImportModuleError", `Error: ${error.message}`);
    }
    throw error;
  }
  const find = (from) => names.split(".").reduce((value, key) => value?.[key], from);
  const found = find(module) ?? find(module.default);
  if (found === undefined) {
    throw new RuntimeFault("Runtime.HandlerNotFound", `${handler} is undefined or not exported`);
  }
  if (typeof found !== "function") {
    throw new RuntimeFault("Runtime.HandlerNotFound", `${handler} is not a function`);
  }
  return found;
}

function contextFrom(headers) {
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  const json = (name) => (headers[name] ? JSON.parse(headers[name]) : undefined);
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: process.env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: process.env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: process.env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: json("lambda-runtime-client-context"),
    identity: json("lambda-runtime-cognito-identity"),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

function run(handler, event, context) {
  return new Promise((resolve, reject) => {
    const callback = (error, result) =>
      error === undefined || error === null ? resolve(result) : reject(error);
    const result = handler(event, context, callback);
    if (result && typeof result.then === "function") result.then(resolve, reject);
    else if (handler.length < 3) resolve(result);
  });
}

async function answer(handler, headers, body) {
  const target = `invocation/${requestId}`;
  const type = { "Content-Type": "application/json" };
  try {
    const result = await run(handler, JSON.parse(body), contextFrom(headers));
    await call("POST", `${target}/response`, type, JSON.stringify(result ?? null));
  } catch (error) {
    const payload = describe(error);
    logError("Invoke Error", error, payload);
    type["Lambda-Runtime-Function-Error-Type"] = payload.errorType;
    await call("POST", `${target}/error`, type, JSON.stringify(payload));
  }
}

function dieOn(event, errorType, title, status) {
  process.on(event, (reason) => {
    const described = describe(reason);
    const payload = { ...described, errorType, errorMessage: described.trace[0] ?? described.errorMessage };
    logError(title, reason, payload);
    process.exit(status);
  });
}

patchConsole();
dieOn("uncaughtException", "Runtime.UncaughtException", "Uncaught Exception", 129);
dieOn("unhandledRejection", "Runtime.UnhandledPromiseRejection", "Unhandled Promise Rejection", 128);
let handler;
try {
  handler = await loadHandler(process.env._HANDLER);
} catch (error) {
  const payload = describe(error);
  logError("Uncaught Exception", error, payload);
  const type = { "Content-Type": "application/json" };
  type["Lambda-Runtime-Function-Error-Type"] = payload.errorType;
  await call("POST", "init/error", type, JSON.stringify(payload));
  process.exit(1);
}
for (;;) {
  const next = await call("GET", "invocation/next");
  requestId = next.headers["lambda-runtime-aws-request-id"];
  const traceId = next.headers["lambda-runtime-trace-id"];
  if (traceId) process.env._X_AMZN_TRACE_ID = traceId;
  else delete process.env._X_AMZN_TRACE_ID;
  await answer(handler, next.headers, next.body);
}
