// Servers of models, as far as the tests need them: each keeps what it was asked, and answers in the shapes of
// the real one.
import http from 'node:http';
import { once } from 'node:events';

const read = async (request) => {
    const parts = [];
    for await (const part of request) parts.push(part);
    return Buffer.concat(parts).toString();
};

// routes: { 'POST /path': (body, response, request) => answer }. What is given is sent as JSON.
export async function server(routes) {
    const asked = [];
    const own = http.createServer(async (request, response) => {
        const text = await read(request);
        const body = text ? JSON.parse(text) : null;
        const route = `${request.method} ${request.url}`;
        asked.push({ route, body, headers: request.headers });
        const answer = routes[route] ? await routes[route](body, response, request) : null;
        if (response.headersSent || response.destroyed) return;
        response.writeHead(answer ? answer.status ?? 200 : 404, { 'content-type': 'application/json' });
        response.end(JSON.stringify(answer ? answer.body ?? answer : { error: { message: 'not found' } }));
    });
    own.listen(0, '127.0.0.1');
    await once(own, 'listening');
    return {
        asked,
        url: `http://127.0.0.1:${own.address().port}`,
        last: (route) => asked.findLast((a) => a.route === route)?.body,
        close: () => (own.closeAllConnections(), new Promise((done) => own.close(done))),
    };
}

// Server-sent events or lines, a few bytes at a time.
export async function pour(response, type, text, { broken = false } = {}) {
    response.writeHead(200, { 'content-type': type });
    for (let at = 0; at < text.length; at += 11) {
        response.write(text.slice(at, at + 11));
        await new Promise((done) => setTimeout(done, 1));
    }
    if (broken) response.destroy();
    else response.end();
}

const events = (list) => list.map((e) => `data: ${typeof e === 'string' ? e : JSON.stringify(e)}\n\n`).join('');

// vLLM, and whoever else has OpenAI's completions.
export const openai = ({ completions = true } = {}) => {
    const chat = (body, response) => {
        const message = { role: 'assistant', content: `chat of ${body.messages.length}` };
        if (!body.stream)
            return { id: 'c', object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }],
                usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } };
        const choice = (delta, finish_reason = null) => ({ choices: [{ index: 0, delta, finish_reason }] });
        return pour(response, 'text/event-stream',
            events([choice({ role: 'assistant', content: '' }), choice({ content: 'chat ' }), choice({ content: 'piece' }),
                choice({}, 'stop'), '[DONE]']));
    };
    const complete = (body, response) => {
        if (body.prompt.includes('refuse')) return { status: 400, body: { error: { message: 'no such thing', code: 400 } } };
        if (!body.stream)
            return { choices: [{ index: 0, text: ' a real answer', finish_reason: 'length' }], usage: { completion_tokens: 3 } };
        const choice = (text, finish_reason = null) => ({ choices: [{ index: 0, text, finish_reason }] });
        const all = [choice(' a'), choice(' réal'), choice(' “answer”'), choice('', 'stop'), '[DONE]'];
        const broken = body.prompt.includes('break');
        return pour(response, 'text/event-stream', events(broken ? all.slice(0, 2) : all), { broken });
    };
    return server({
        'GET /v1/models': () => ({ data: [{ id: 'other' }, { id: 'TinyLlama/TinyLlama-1.1B-Chat-v1.0' }] }),
        'POST /v1/chat/completions': chat,
        ...(completions ? { 'POST /v1/completions': complete } : {}),
        'POST /v1/embeddings': (body) => ({ data: [body.input].flat().map((_, index) => ({ index, embedding: [0.25, index] })) }),
    });
};

export const ollama = () => server({
    'GET /api/version': () => ({ version: '0.12.0' }),
    'GET /api/tags': () => ({ models: [{ name: 'tinyllama:latest' }] }),
    'POST /api/generate': (body, response) => body.stream
        ? pour(response, 'application/x-ndjson', [' a', ' llama'].map((r) => JSON.stringify({ response: r, done: false })).join('\n') +
            '\n' + JSON.stringify({ response: '', done: true, done_reason: 'stop', eval_count: 2 }) + '\n')
        : { response: ' a llama', done: true, done_reason: 'stop', eval_count: 2 },
});

export const tgi = () => server({
    'GET /info': () => ({ model_id: 'TinyLlama/TinyLlama-1.1B-Chat-v1.0', version: '2.4.0' }),
    'POST /': (body, response) => body.stream
        ? pour(response, 'text/event-stream', `data:{"token":{"text":"tgi"},"generated_text":"tgi"}\n\n`)
        : body.parameters?.top_p > 1 ? { status: 422, body: { error: 'Input validation error: `top_p`', error_type: 'validation' } }
            : [{ generated_text: `tgi: ${body.inputs}` }],
});
