// API Gateway's REST API, as far as it tells of HTTP APIs: an API, a stage, its routes, page by page.
//
// Members are in small letters, as API Gateway sends them; a query that it does not know is refused.

import { AwsError } from '../wire/errors.mjs';
import { queryMap } from '../wire/request.mjs';

const ROUTES = [
    [/^\/v2\/apis\/([^/]+)$/, 'GetApi', getApi, []],
    [/^\/v2\/apis\/([^/]+)\/stages\/([^/]+)$/, 'GetStage', getStage, []],
    [/^\/v2\/apis\/([^/]+)\/routes$/, 'GetRoutes', getRoutes, ['maxResults', 'nextToken']],
];

const small = (name) => name[0].toLowerCase() + name.slice(1);
const smallKeys = (object) => object && Object.fromEntries(Object.entries(object).map(([k, v]) => [small(k), v]));
const time = (ms) => new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
const isTrue = (value) => value === true || value === 'true';

function getApi({ region, api }) {
    const p = api.properties;
    return {
        apiEndpoint: `https://${api.id}.execute-api.${region.name}.${region.suffix}`,
        apiId: api.id,
        apiKeySelectionExpression: '$request.header.x-api-key',
        corsConfiguration: smallKeys(p.CorsConfiguration),
        createdDate: time(api.created),
        disableExecuteApiEndpoint: isTrue(p.DisableExecuteApiEndpoint),
        name: p.Name,
        protocolType: p.ProtocolType,
        routeSelectionExpression: '$request.method $request.path',
        tags: p.Tags,
    };
}

function getStage({ api, parts }) {
    const stage = api.stages.get(parts[1]);
    if (!stage) throw new AwsError('NotFoundException', 'Invalid stage identifier specified', 404);
    return {
        autoDeploy: isTrue(stage.properties.AutoDeploy),
        createdDate: time(stage.created),
        defaultRouteSettings: { detailedMetricsEnabled: false },
        deploymentId: stage.deployment,
        lastDeploymentStatusMessage: stage.message,
        lastUpdatedDate: time(stage.created),
        routeSettings: {},
        stageName: parts[1],
        stageVariables: {},
    };
}

function getRoutes({ fake, api, query }) {
    const all = [...api.routes].map(([routeId, p]) => ({
        apiKeyRequired: false,
        authorizationType: p.AuthorizationType ?? 'NONE',
        routeId,
        routeKey: p.RouteKey,
        target: p.Target,
    }));
    const size = Number(query.get('maxResults') ?? fake.options.pageSize ?? 500);
    const from = query.has('nextToken') ? Number(Buffer.from(query.get('nextToken'), 'base64').toString()) : 0;
    if (!Number.isInteger(from)) throw new AwsError('BadRequestException', 'Invalid nextToken', 400);
    const next = from + size < all.length ? Buffer.from(String(from + size)).toString('base64') : undefined;
    return { items: all.slice(from, from + size), nextToken: next };
}

export function routeApiGateway(request) {
    const found = request.method === 'GET' && ROUTES.find(([path]) => path.test(request.path));
    const [path, operation, run, known] = found || [/^/, '?', undefined, []];
    const parts = request.path.match(path).slice(1).map(decodeURIComponent);
    return {
        service: 'apigateway',
        scope: 'apigateway',
        protocol: 'rest',
        operation,
        action: request.method,
        params: () => ({ ApiId: parts[0], Path: request.path }),
        handle(fake, call) {
            if (!run) throw new AwsError('NotFoundException', 'fakecfn: no such operation of API Gateway here', 404);
            const region = fake.account.region(call.region);
            const query = queryMap(request.query);
            for (const name of query.keys())
                if (!known.includes(name)) throw new AwsError('BadRequestException', `fakecfn: no parameter ${name}`, 400);
            const api = region.apis.get(parts[0]);
            if (!api)
                throw new AwsError(
                    'NotFoundException',
                    `Invalid API identifier specified ${region.account.id}:${parts[0]}`,
                    404,
                );
            return {
                status: 200,
                headers: { 'content-type': 'application/json', 'x-amzn-requestid': call.id },
                body: Buffer.from(JSON.stringify(run({ fake, region, api, parts, query }))),
            };
        },
    };
}
