// HTTP APIs with their stages, routes and integrations: made by stacks, kept with the region.
//
// A stage that deploys by itself takes up every change of a route, and says how that went, as API Gateway does.

import { handlerError, serviceText } from './error.mjs';

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

function apiOf(r) {
    const api = r.region.apis.get(r.properties.ApiId);
    if (!api)
        throw handlerError(
            'NotFound',
            serviceText(`Invalid API identifier specified ${r.account.id}:${r.properties.ApiId}`, 'AmazonApiGatewayV2', 404),
        );
    return api;
}

function redeploy(r, api) {
    for (const stage of api.stages.values()) {
        if (!stage.properties.AutoDeploy) continue;
        if (!api.routes.size) {
            stage.message = 'Deployment attempt failed: Unable to deploy API because no routes exist in this API';
            continue;
        }
        stage.deployment = r.account.random(6, letters);
        stage.message = `Successfully deployed stage with deployment ID '${stage.deployment}'`;
    }
}

export const GATEWAY = {
    'AWS::ApiGatewayV2::Api': {
        id: (r) => r.account.random(10, letters),
        attributes: (r) => ({
            ApiId: r.id,
            ApiEndpoint: `https://${r.id}.execute-api.${r.region.name}.${r.region.suffix}`,
        }),
        create: (r) =>
            void r.region.apis.set(r.id, {
                id: r.id,
                properties: r.properties,
                created: r.fake.now(),
                stages: new Map(),
                integrations: new Map(),
                routes: new Map(),
            }),
        update: (r) => void Object.assign(r.region.apis.get(r.id), { properties: r.properties }),
        remove: (r) => r.region.apis.delete(r.id),
    },
    'AWS::ApiGatewayV2::Integration': {
        id: (r) => r.account.random(7, letters),
        attributes: (r) => ({ IntegrationId: r.id }),
        create: (r) => void apiOf(r).integrations.set(r.id, r.properties),
        update: (r) => void apiOf(r).integrations.set(r.id, r.properties),
        remove: (r) => r.region.apis.get(r.properties.ApiId)?.integrations.delete(r.id),
    },
    'AWS::ApiGatewayV2::Route': {
        id: (r) => r.account.random(7, letters),
        attributes: (r) => ({ RouteId: r.id }),
        create(r) {
            const api = apiOf(r);
            if ([...api.routes.values()].some((o) => o.RouteKey === r.properties.RouteKey))
                throw handlerError(
                    'AlreadyExists',
                    serviceText(
                        `Route with key ${r.properties.RouteKey} already exists for this API`,
                        'AmazonApiGatewayV2',
                        409,
                    ),
                );
            const target = String(r.properties.Target ?? '').match(/^integrations\/(.+)$/)?.[1];
            if (target !== undefined && !api.integrations.has(target))
                throw handlerError('InvalidRequest', serviceText('Invalid target for route', 'AmazonApiGatewayV2', 400));
            api.routes.set(r.id, r.properties);
            redeploy(r, api);
        },
        update(r) {
            const api = apiOf(r);
            api.routes.set(r.id, r.properties);
            redeploy(r, api);
        },
        remove(r) {
            const api = r.region.apis.get(r.properties.ApiId);
            if (api?.routes.delete(r.id) && api.routes.size) redeploy(r, api);
        },
    },
    'AWS::ApiGatewayV2::Stage': {
        id: (r) => r.properties.StageName,
        within: 'ApiId',
        create(r) {
            const api = apiOf(r);
            api.stages.set(r.id, { properties: r.properties, created: r.fake.now() });
            redeploy(r, api);
        },
        update: (r) => void Object.assign(apiOf(r).stages.get(r.id), { properties: r.properties }),
        remove: (r) => r.region.apis.get(r.properties.ApiId)?.stages.delete(r.id),
    },
};
