// Lambda, Logs, SageMaker, quotas, prices, parameters, images: by boto3.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { bytes, end, equal, like, readJson, refused, REPO, sleep, world, ZIP } from './world.mjs';

const TEMPLATE = join(REPO, 'tests/golden/seed/example-llama2-chat/expect.template.json');

async function deployExample({ fake, client }) {
    fake.putBucket('artifacts');
    const keys = Object.keys(readJson(TEMPLATE).Parameters).filter((k) => k.endsWith('CodeKey'));
    for (const key of keys) fake.putObject('artifacts', key, ZIP);
    const stack = await client.deploy(fake, {
        StackName: 'app',
        ChangeSetType: 'CREATE',
        TemplateBody: readFileSync(TEMPLATE, 'utf8'),
        Parameters: [
            { ParameterKey: 'ArtifactBucket', ParameterValue: 'artifacts' },
            ...keys.map((k) => ({ ParameterKey: k, ParameterValue: k })),
        ],
    });
    equal(stack.StackStatus, 'CREATE_COMPLETE');
}

async function* lambda({ fake, client }) {
    const call = (name, params, how) =>
        client.call('lambda', name, { FunctionName: 'llama2-chat-dev-qa', ...params }, how);
    yield [
        'functions as the stack made them',
        async () => {
            const { Configuration: c } = await call('get_function');
            equal(
                [c.Runtime, c.MemorySize, c.Timeout, c.State, c.LoggingConfig.LogGroup],
                ['nodejs24.x', 512, 600, 'Active', '/aws/lambda/llama2-chat-dev-qa'],
            );
            equal(c.Environment.Variables.PLUTO_SAGEMAKER_LLAMA_2_7B_ENDPOINT_NAME, 'llama2-chat-dev-llama-2-7b');
            const url = await call('get_function_url_config');
            equal([url.AuthType, url.InvokeMode], ['NONE', 'RESPONSE_STREAM']);
            equal(fake.stack('app').outputs.find((o) => o.OutputKey === 'FunctionQaUrl').OutputValue, url.FunctionUrl);
            const statements = JSON.parse((await call('get_policy')).Policy).Statement;
            equal(statements.map((s) => s.Action).sort(), ['lambda:InvokeFunction', 'lambda:InvokeFunctionUrl']);
            await refused(
                call('get_function', { FunctionName: 'none' }),
                'ResourceNotFoundException',
                /^Function not found: arn:aws:lambda:us-east-1:123456789012:function:none$/,
            );
        },
    ];
    yield [
        'what the account may have, and has',
        async () => {
            const settings = await client.call('lambda', 'get_account_settings', {});
            equal([settings.AccountUsage.FunctionCount, settings.AccountLimit.UnreservedConcurrentExecutions], [2, 1000]);
        },
    ];
    yield [
        'code changed outside of the stack',
        async () => {
            fake.options.functionUpdateMs = 400;
            const before = (await call('get_function_configuration')).CodeSha256;
            const updated = await call('update_function_code', {
                ZipFile: bytes(Buffer.concat([ZIP, Buffer.from('more')])),
            });
            equal([updated.LastUpdateStatus, updated.CodeSha256 === before], ['InProgress', false]);
            await refused(
                call('update_function_code', { S3Bucket: 'artifacts', S3Key: 'FunctionQaCodeKey' }),
                'ResourceConflictException',
                /An update is in progress for resource/,
            );
            await call('x', {}, { wait: 'function_updated_v2' });
            await refused(
                call('update_function_code', { ZipFile: bytes('no zip') }),
                'InvalidParameterValueException',
                /Could not unzip uploaded file/,
            );
            await refused(
                call('update_function_code', { S3Bucket: 'artifacts', S3Key: 'none' }),
                'InvalidParameterValueException',
                /S3 Error Code: NoSuchKey/,
            );
            fake.options.functionUpdateMs = 20;
            fake.functionTrouble('llama2-chat-dev-qa', 'it broke');
            await call('update_function_code', { S3Bucket: 'artifacts', S3Key: 'FunctionQaCodeKey' });
            await sleep(30);
            equal((await call('get_function_configuration')).LastUpdateStatus, 'Failed');
        },
    ];
    yield [
        'invoked: answers, errors, the end of the log',
        async () => {
            fake.answers.set('llama2-chat-dev-qa', { payload: { answer: 42 }, logs: ['line one'] });
            const reply = await call('invoke', { Payload: bytes('{"q":1}'), LogType: 'Tail' });
            equal([reply.StatusCode, reply.Payload], [200, '{"answer":42}']);
            like(
                Buffer.from(reply.LogResult, 'base64').toString(),
                /^START RequestId: [^]*line one\nEND RequestId: [^]*REPORT RequestId: /,
            );
            fake.answers.set('llama2-chat-dev-qa', { payload: { errorMessage: 'x' }, error: true });
            equal((await call('invoke')).FunctionError, 'Unhandled');
            equal((await call('invoke', { InvocationType: 'Event' })).StatusCode, 202);
            await refused(call('invoke', { Payload: bytes('nonsense') }), 'InvalidRequestContentException');
            fake.answers.set('llama2-chat-dev-qa', { chunks: ['one ', 'two'] });
            const { EventStream: events } = await call('invoke_with_response_stream', {});
            equal(
                events.map((e) => e.PayloadChunk?.Payload ?? Object.keys(e)[0]),
                ['one ', 'two', 'InvokeComplete'],
            );
        },
    ];
}

async function* logs({ fake, client }) {
    const logGroupName = '/aws/lambda/llama2-chat-dev-qa';
    yield [
        'events filtered and in pages, some of them empty',
        async () => {
            for (let i = 0; i < 5; i++) fake.log('/some', `line ${i}${i % 2 ? ' ERROR' : ''}`, { timestamp: 1000 + i });
            const some = await client.call('logs', 'filter_log_events', {
                logGroupName: '/some',
                filterPattern: 'ERROR',
                startTime: 1000,
            });
            equal(
                some.events.map((e) => e.message),
                ['line 1 ERROR', 'line 3 ERROR'],
            );
            Object.assign(fake.options, { emptyLogPages: true, pageSize: 2 });
            const pages = await client.call('logs', 'filter_log_events', { logGroupName: '/some' }, { paginate: true });
            equal(
                pages.map((p) => p.events.length),
                [0, 2, 2, 1],
            );
            Object.assign(fake.options, { emptyLogPages: false, pageSize: undefined });
            await refused(
                client.call('logs', 'filter_log_events', { logGroupName: '/none' }),
                'ResourceNotFoundException',
                /^The specified log group does not exist\.$/,
            );
        },
    ];
    yield [
        'a live tail',
        async () => {
            Object.assign(fake.options, { liveTailMs: 400, liveTailEveryMs: 50 });
            const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`;
            await refused(
                client.call('logs', 'start_live_tail', { logGroupIdentifiers: [`${arn}:*`] }, { proxy: true }),
                'InvalidParameterException',
            );
            const tail = client.call(
                'logs',
                'start_live_tail',
                { logGroupIdentifiers: [arn], logEventFilterPattern: 'hot' },
                { proxy: true },
            );
            setTimeout(() => ['hot news', 'cold news'].forEach((m) => fake.log(logGroupName, m)), 200);
            const { responseStream: events } = await tail;
            equal(Object.keys(events[0]), ['sessionStart']);
            equal(
                events.flatMap((e) => e.sessionUpdate?.sessionResults ?? []).map((r) => r.message),
                ['hot news'],
            );
            equal(
                fake.requests.filter((r) => r.operation === 'StartLiveTail').at(-1).host,
                'stream-logs.us-east-1.amazonaws.com',
            );
        },
    ];
}

async function* sagemaker({ fake, client }) {
    const EndpointName = 'llama2-chat-dev-llama-2-7b';
    const update = async (type) => {
        const template = readJson(TEMPLATE);
        for (const r of Object.values(template.Resources))
            if (r.Type === 'AWS::SageMaker::EndpointConfig') r.Properties.ProductionVariants[0].InstanceType = type;
        const keys = Object.keys(template.Parameters);
        return client.deploy(fake, {
            StackName: 'app',
            TemplateBody: template,
            Parameters: keys.map((ParameterKey) => ({ ParameterKey, UsePreviousValue: true })),
        });
    };
    yield [
        'endpoints as the stack made them',
        async () => {
            const endpoint = await client.call('sagemaker', 'describe_endpoint', { EndpointName });
            equal(endpoint.EndpointStatus, 'InService');
            const config = await client.call('sagemaker', 'describe_endpoint_config', {
                EndpointConfigName: endpoint.EndpointConfigName,
            });
            equal(config.ProductionVariants[0].InstanceType, 'ml.m5.xlarge');
            await refused(
                client.call('sagemaker', 'describe_endpoint', { EndpointName: 'none' }),
                'ValidationException',
                /^Could not find endpoint "arn:aws:sagemaker:us-east-1:123456789012:endpoint\/none"\.$/,
            );
            equal(
                JSON.parse(
                    (await client.call('sagemaker-runtime', 'invoke_endpoint', { EndpointName, Body: bytes('{}') }))
                        .Body,
                ),
                [{ generated_text: 'ok' }],
            );
        },
    ];
    yield [
        'a quota that is too small',
        async () => {
            fake.setQuota('ml.g5.48xlarge for endpoint usage', 0);
            const stack = await update('ml.g5.48xlarge');
            equal(stack.StackStatus, 'UPDATE_ROLLBACK_COMPLETE');
            like(
                (await client.events('app')).find((e) => e.ResourceStatus === 'UPDATE_FAILED').ResourceStatusReason,
                /The account-level service limit 'ml\.g5\.48xlarge for endpoint usage' is 0 Instances, with current utilization of 0 Instances and a request delta of 1 Instances/,
            );
        },
    ];
    yield [
        'a new configuration replaces the old; the silent rollback keeps it',
        async () => {
            const before = (await client.call('sagemaker', 'describe_endpoint', { EndpointName })).EndpointConfigName;
            equal((await update('ml.m5.large')).StackStatus, 'UPDATE_COMPLETE');
            const after = (await client.call('sagemaker', 'describe_endpoint', { EndpointName })).EndpointConfigName;
            equal(after === before, false);
            fake.endpointTrouble(EndpointName, {
                rollBack: 'The primary container did not pass the ping health check.',
            });
            equal((await update('ml.m5.xlarge')).StackStatus, 'UPDATE_COMPLETE');
            const silent = await client.call('sagemaker', 'describe_endpoint', { EndpointName });
            equal(
                [silent.EndpointStatus, silent.EndpointConfigName, silent.FailureReason],
                ['InService', after, 'The primary container did not pass the ping health check.'],
            );
        },
    ];
}

async function* gateway({ fake, client }) {
    const stack = {
        Resources: {
            Api: { Type: 'AWS::ApiGatewayV2::Api', Properties: { Name: 'api', ProtocolType: 'HTTP' } },
            Stage: {
                Type: 'AWS::ApiGatewayV2::Stage',
                Properties: { ApiId: { Ref: 'Api' }, StageName: '$default', AutoDeploy: true },
            },
            To: {
                Type: 'AWS::ApiGatewayV2::Integration',
                Properties: { ApiId: { Ref: 'Api' }, IntegrationType: 'HTTP_PROXY', PayloadFormatVersion: '1.0' },
            },
            ...Object.fromEntries(
                ['A', 'B', 'C'].map((name) => [
                    name,
                    {
                        Type: 'AWS::ApiGatewayV2::Route',
                        DependsOn: 'Stage',
                        Properties: {
                            ApiId: { Ref: 'Api' },
                            RouteKey: `GET /${name}`,
                            Target: { 'Fn::Sub': 'integrations/${To}' },
                        },
                    },
                ]),
            ),
        },
    };
    const call = (name, params) => client.call('apigatewayv2', name, params);
    yield [
        'an HTTP API, its stage and its routes as the stack made them',
        async () => {
            await client.deploy(fake, { StackName: 'api', ChangeSetType: 'CREATE', TemplateBody: JSON.stringify(stack) });
            const ApiId = fake.stack('api').resources.get('Api').id;
            const api = await call('get_api', { ApiId });
            equal([api.Name, api.ProtocolType, api.DisableExecuteApiEndpoint], ['api', 'HTTP', false]);
            const stage = await call('get_stage', { ApiId, StageName: '$default' });
            equal(stage.LastDeploymentStatusMessage, `Successfully deployed stage with deployment ID '${stage.DeploymentId}'`);
            const first = await call('get_routes', { ApiId, MaxResults: '2' });
            const rest = await call('get_routes', { ApiId, MaxResults: '2', NextToken: first.NextToken });
            equal(
                [...first.Items, ...rest.Items].map((r) => r.RouteKey).sort(),
                ['GET /A', 'GET /B', 'GET /C'],
            );
            await refused(call('get_stage', { ApiId, StageName: 'none' }), 'NotFoundException');
            await refused(call('get_api', { ApiId: 'none' }), 'NotFoundException', /^Invalid API identifier specified/);
        },
    ];
}

async function* small({ fake, client }) {
    yield [
        'quotas by name',
        async () => {
            for (let i = 0; i < 45; i++) fake.setQuota(`ml.x${i}.large for endpoint usage`, i);
            const pages = await client.call(
                'service-quotas',
                'list_service_quotas',
                { ServiceCode: 'sagemaker' },
                { paginate: true },
            );
            const all = pages.flatMap((p) => p.Quotas);
            const one = all.find((q) => q.QuotaName === 'ml.x7.large for endpoint usage');
            equal([one.Value, pages.length > 2], [7, true]);
            equal(
                (
                    await client.call('service-quotas', 'get_service_quota', {
                        ServiceCode: 'sagemaker',
                        QuotaCode: one.QuotaCode,
                    })
                ).Quota.Value,
                7,
            );
            equal(
                (
                    await client.call('service-quotas', 'get_aws_default_service_quota', {
                        ServiceCode: 'sagemaker',
                        QuotaCode: one.QuotaCode,
                    })
                ).Quota.Value,
                7,
            );
            await refused(
                client.call('service-quotas', 'get_service_quota', { ServiceCode: 'sagemaker', QuotaCode: 'L-0' }),
                'NoSuchResourceException',
            );
        },
    ];
    yield [
        'prices as texts of JSON',
        async () => {
            const match = (Field, Value) => ({ Type: 'TERM_MATCH', Field, Value });
            const find = async (...Filters) =>
                (await client.call('pricing', 'get_products', { ServiceCode: 'AmazonSageMaker', Filters })).PriceList;
            const instance = [match('regionCode', 'us-east-1'), match('instanceName', 'ml.m5.xlarge')];
            equal((await find(...instance)).length, 4, 'one for each use');
            const [text, ...more] = await find(...instance, match('platoinstancetype', 'Hosting'));
            equal(more.length, 0);
            const [dimension] = Object.values(Object.values(JSON.parse(text).terms.OnDemand)[0].priceDimensions);
            equal([dimension.pricePerUnit.USD, dimension.unit], ['0.2300000000', 'Hrs']);
            await refused(
                client.call('pricing', 'get_products', {
                    ServiceCode: 'AmazonSageMaker',
                    Filters: [{ Type: 'TERM_MATCH', Field: 'nonsense', Value: 'x' }],
                }),
                'InvalidParameterException',
            );
        },
    ];
    yield [
        'parameters',
        async () => {
            const put = (more) =>
                client.call('ssm', 'put_parameter', { Name: '/pluto/bootstrap', Value: 'v', Type: 'String', ...more });
            await refused(client.call('ssm', 'get_parameter', { Name: '/pluto/bootstrap' }), 'ParameterNotFound');
            equal((await put()).Version, 1);
            await refused(put(), 'ParameterAlreadyExists');
            equal((await put({ Value: 'w', Overwrite: true })).Version, 2);
            equal((await client.call('ssm', 'get_parameter', { Name: '/pluto/bootstrap' })).Parameter.Value, 'w');
            await client.call('ssm', 'delete_parameter', { Name: '/pluto/bootstrap' });
        },
    ];
    yield [
        'images',
        async () => {
            fake.putImage('763104351884/us-east-1/tgi:1.0');
            const ask = (imageTag, repositoryName = 'tgi') =>
                client.call('ecr', 'describe_images', {
                    registryId: '763104351884',
                    repositoryName,
                    imageIds: [{ imageTag }],
                });
            equal((await ask('1.0')).imageDetails[0].imageTags, ['1.0']);
            await refused(
                ask('2.0'),
                'ImageNotFoundException',
                /imageTag:'2\.0'\} does not exist within the repository with name 'tgi' in the registry with id '763104351884'$/,
            );
            await refused(ask('1.0', 'none'), 'RepositoryNotFoundException');
        },
    ];
}

export async function* cases() {
    const w = await world({ timings: { default: 1 } });
    yield ['the example is deployed', () => deployExample(w)];
    yield* lambda(w);
    yield* logs(w);
    yield* sagemaker(w);
    yield* gateway(w);
    yield* small(w);
    yield* end(w);
}
