// Servers of models that look at every word they are asked, each as the real one does: what it does not know it refuses.
import assert from 'node:assert/strict';
import { pour, server } from './models-servers.mjs';

const isText = (v) => typeof v === 'string';
const isCount = (v) => Number.isInteger(v) && v >= 0;
const isNumber = (v) => typeof v === 'number';
const isFlag = (v) => typeof v === 'boolean';
const isTexts = (v) => Array.isArray(v) && v.every(isText);
const isMessages = (v) => Array.isArray(v) && v.length > 0 && v.every((m) => ['system', 'user', 'assistant'].includes(m.role) && isText(m.content));

// What of a body is unknown or of a wrong kind; null where nothing is.
function wrong(body, known, needed = []) {
    for (const name of needed) if (!(name in body)) return `${name}: field required`;
    for (const [name, value] of Object.entries(body)) {
        if (!known[name]) return `unknown: ${name}`;
        if (!known[name](value)) return `${name}: wrong kind`;
    }
    return null;
}

// Every request, whatever it asks: HTTP as it has to be.
function decent(request) {
    const { headers } = request;
    assert.match(headers.host, /^127\.0\.0\.1:\d+$/);
    assert.equal(headers['content-type'], 'application/json');
    assert.match(headers['content-length'], /^\d+$/);
    for (const name of ['expect', 'transfer-encoding', 'cookie', 'x-amz-date', 'x-amz-security-token']) assert.equal(headers[name], undefined, name);
}

const STANDARD = {
    model: isText, max_tokens: isCount, temperature: isNumber, top_p: isNumber, seed: isCount, frequency_penalty: isNumber,
    presence_penalty: isNumber, stop: (v) => isText(v) || isTexts(v), stream: isFlag,
};
const sse = (list) => list.map((e) => `data: ${typeof e === 'string' ? e : JSON.stringify(e)}\n\n`).join('');

// routes: what `take(body)` gives is the answer.
function strict(routes, take) {
    return server(Object.fromEntries(Object.entries(routes).map(([route, own]) => [route, (body, response, request) => {
        if (route.startsWith('GET')) return own;
        decent(request);
        return take(body, response, request, own);
    }])));
}

const MODEL = 'TinyLlama/TinyLlama-1.1B-Chat-v1.0';

// vLLM of the days when it refused what it did not know, or of today.
export const vllm = ({ forbids }) =>
    strict({ 'GET /v1/models': { object: 'list', data: [{ id: MODEL, object: 'model', owned_by: 'vllm' }] }, 'POST /v1/completions': null }, (body, response) => {
        const known = { ...STANDARD, prompt: isText, top_k: Number.isInteger, repetition_penalty: isNumber };
        const bad = wrong(forbids ? body : Object.fromEntries(Object.entries(body).filter(([name]) => known[name])), known, ['model', 'prompt']);
        const refuse = (status, message) => ({ status, body: { object: 'error', message, type: 'BadRequestError', param: null, code: status } });
        if (bad) return refuse(400, `[{'type': 'extra_forbidden', 'loc': ('body', '${bad}')}]`);
        if (body.model !== MODEL) return refuse(404, `The model \`${body.model}\` does not exist.`);
        const choice = (text, finish_reason = null, stop_reason = null) => ({ choices: [{ index: 0, text, logprobs: null, finish_reason, stop_reason }] });
        if (body.stream) return pour(response, 'text/event-stream', sse([choice(' it is'), choice(' Paris'), choice('', 'stop', '.'), '[DONE]']));
        return { id: 'cmpl-1', object: 'text_completion', ...choice(' it is Paris', 'stop', '.'), usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } };
    });

// llama.cpp takes what it does not know; kinds it looks at.
export const llamaCpp = () =>
    strict({ 'GET /v1/models': { models: [{ name: 'm' }], object: 'list', data: [{ id: 'model.gguf', owned_by: 'llamacpp' }] }, 'POST /v1/completions': null }, (body, response) => {
        const known = { ...STANDARD, prompt: isText, top_k: Number.isInteger, repeat_penalty: isNumber, typical_p: isNumber, repetition_penalty: isNumber };
        const bad = wrong(body, known, ['prompt']);
        if (bad) return { status: 400, body: { error: { code: 400, message: bad, type: 'invalid_request_error' } } };
        assert.equal(body.repeat_penalty, 1.1);
        if (body.stream)
            return pour(response, 'text/event-stream', sse([{ choices: [{ text: ' Paris', index: 0, finish_reason: null }] }, { choices: [{ text: '', index: 0, finish_reason: 'stop' }], timings: {} }, '[DONE]']));
        return { choices: [{ text: ' Paris', index: 0, logprobs: null, finish_reason: 'stop' }], usage: { completion_tokens: 2 }, timings: {} };
    });

// OpenAI itself, and hosts with as little patience: a key, chats alone, its own parameters alone, and the new name of the limit.
export const openaiItself = ({ key, renamed = true }) =>
    strict({ 'GET /v1/models': { object: 'list', data: [{ id: 'small', object: 'model' }] }, 'POST /v1/completions': 'gone', 'POST /v1/chat/completions': null }, (body, response, request, own) => {
        const refuse = (status, message, code, param = null) => ({ status, body: { error: { message, type: 'invalid_request_error', param, code } } });
        if (request.headers.authorization !== `Bearer ${key}`) return refuse(401, 'Incorrect API key provided', 'invalid_api_key');
        if (own) return refuse(404, 'This is a chat model and not supported in the v1/completions endpoint.', null, 'model');
        const known = { ...STANDARD, messages: isMessages, max_completion_tokens: isCount };
        const bad = wrong(body, known, ['model', 'messages']);
        if (bad) return refuse(400, `Unrecognized request argument supplied: ${bad}`, null);
        if (renamed && 'max_tokens' in body)
            return refuse(400, "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.", 'unsupported_parameter', 'max_tokens');
        if (body.temperature > 2) return refuse(400, "Invalid 'temperature': decimal above maximum value.", 'decimal_above_max_value', 'temperature');
        const choice = (delta, finish_reason = null) => ({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, logprobs: null, finish_reason }], usage: null });
        if (body.stream)
            return pour(response, 'text/event-stream', sse([choice({ role: 'assistant', content: '', refusal: null }), choice({ content: 'Paris' }), choice({}, 'stop'), '[DONE]']));
        return { id: 'c', object: 'chat.completion', choices: [{ index: 0, message: { role: 'assistant', content: 'Paris', refusal: null }, finish_reason: 'stop', logprobs: null }], usage: { completion_tokens: 1 } };
    });

// Ollama decodes into types of Go, and has the models that were pulled.
export const ollamaItself = () =>
    strict({ 'GET /api/version': { version: '0.13.0' }, 'GET /api/tags': { models: [{ name: 'tinyllama:latest', model: 'tinyllama:latest' }] }, 'POST /api/generate': null }, (body, response) => {
        const options = { num_predict: Number.isInteger, temperature: isNumber, top_p: isNumber, top_k: Number.isInteger, typical_p: isNumber, seed: Number.isInteger, repeat_penalty: isNumber, frequency_penalty: isNumber, stop: isTexts };
        const bad = wrong(body, { model: isText, prompt: isText, raw: isFlag, stream: isFlag, options: (v) => !wrong(v, options) }, ['model']);
        if (bad) return { status: 400, body: { error: `json: cannot unmarshal: ${bad} ${wrong(body.options ?? {}, options)}` } };
        if (body.model !== 'tinyllama:latest') return { status: 404, body: { error: `model '${body.model}' not found` } };
        assert.equal(body.raw, true);
        const lines = [{ response: ' Par', done: false }, { response: 'is', done: false }, { response: '', done: true, done_reason: 'stop', eval_count: 3 }];
        if (body.stream) return pour(response, 'application/x-ndjson', lines.map((l) => JSON.stringify({ model: body.model, created_at: '2026-01-01T00:00:00Z', ...l }) + '\n').join(''));
        return { ...lines[2], response: ' Paris' };
    });

// text-generation-inference takes TGI's words as they are.
export const tgiItself = () =>
    strict({ 'GET /info': { model_id: MODEL, version: '3.3.6', max_input_tokens: 1024 }, 'POST /': null }, (body, response) => {
        const parameters = { ...STANDARD, top_k: isCount, typical_p: isNumber, repetition_penalty: isNumber, max_new_tokens: isCount, return_full_text: isFlag, do_sample: isFlag, details: isFlag, stop: isTexts };
        const bad = wrong(body, { inputs: isText, parameters: () => true, stream: isFlag }, ['inputs']) ?? wrong(body.parameters ?? {}, parameters);
        if (bad) return { status: 422, body: { error: `Failed to deserialize: ${bad}`, error_type: 'validation' } };
        const text = (body.parameters?.return_full_text ?? true ? body.inputs : '') + ' Paris';
        if (body.stream)
            return pour(response, 'text/event-stream', sse([{ index: 1, token: { id: 5, text: ' Paris', logprob: -1, special: false }, generated_text: text, details: null }]));
        return [{ generated_text: text }];
    });
