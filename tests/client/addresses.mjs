// Where requests go: in every region beside the AWS SDK's own rules, and as the environment says.

import { endpoint } from '../../runtime/client/endpoint.mjs';
import { equal, sdk, test } from './harness.mjs';

const REGIONS = [
  'us-east-1', 'us-west-2', 'eu-central-1', 'ap-southeast-5', 'il-central-1', 'mx-central-1', 'cn-north-1', 'cn-northwest-1', 'us-gov-west-1',
  'us-gov-east-1', 'us-iso-east-1', 'us-iso-west-1', 'us-isob-east-1', 'us-isof-south-1', 'eu-isoe-west-1', 'eusc-de-east-1', 'xx-new-9',
];
const CLIENTS = {
  dynamodb: ['@aws-sdk/client-dynamodb', 'DynamoDBClient', 'GetItemCommand', { TableName: 't', Key: { Id: { S: 'k' } } }],
  lambda: ['@aws-sdk/client-lambda', 'LambdaClient', 'InvokeCommand', { FunctionName: 'f' }],
  s3: ['@aws-sdk/client-s3', 'S3Client', 'GetObjectCommand', { Bucket: 'bucket', Key: 'k' }],
  sagemaker: ['@aws-sdk/client-sagemaker-runtime', 'SageMakerRuntimeClient', 'InvokeEndpointCommand', { EndpointName: 'e', Body: '' }],
  secretsmanager: ['@aws-sdk/client-secrets-manager', 'SecretsManagerClient', 'GetSecretValueCommand', { SecretId: 's' }],
};

// The address that the SDK would send to; nothing is sent.
async function theirs(service, region) {
  const [module, client, command, input] = CLIENTS[service];
  const found = {};
  const requestHandler = {
    handle: async (request) => {
      found.host = request.hostname;
      found.protocol = request.protocol;
      found.scope = request.headers.authorization.match(/Credential=\w+\/\d+\/([^,]*)/)[1];
      throw Object.assign(new Error('enough'), { $retryable: undefined });
    },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
  };
  const sender = new (sdk(module)[client])({ region, requestHandler, maxAttempts: 1, credentials: { accessKeyId: 'A', secretAccessKey: 'B' } });
  await sender.send(new (sdk(module)[command])(input)).catch(() => {});
  return found;
}

for (const service of Object.keys(CLIENTS))
  await test(`${service} is found in every region`, async () => {
    for (const region of REGIONS) {
      process.env.AWS_REGION = region;
      const { protocol, host, sign, region: at } = endpoint(service);
      const mine = { host: service === 's3' ? `bucket.${host}` : host, protocol, scope: `${at}/${sign}/aws4_request` };
      equal(region, mine, await theirs(service, region));
    }
  });

const of = (service, env) => {
  Object.assign(process.env, env);
  const { protocol, hostname, port, host, base, own } = endpoint(service);
  return [protocol, hostname, port, host, base, own];
};

await test('the environment says other addresses, for all services or for one', () => {
  const LOCAL = { AWS_ENDPOINT_URL: 'http://127.0.0.1:9000/' };
  equal('all', of('sqs', LOCAL), ['http:', '127.0.0.1', '9000', '127.0.0.1:9000', '', false]);
  for (const [service, name] of [['sagemaker', 'SAGEMAKER_RUNTIME'], ['lambda', 'LAMBDA'], ['dynamodb', 'DYNAMODB'], ['sqs', 'SQS'], ['s3', 'S3'], ['secretsmanager', 'SECRETS_MANAGER']])
    equal(name, of(service, { ...LOCAL, [`AWS_ENDPOINT_URL_${name}`]: `https://${service}.example/base/` }), ['https:', `${service}.example`, undefined, `${service}.example`, '/base', false]);
  equal('six', of('s3', { AWS_ENDPOINT_URL_S3: 'http://[::1]:9' }), ['http:', '::1', '9', '[::1]:9', '', false]);
  equal('ignored', of('sqs', { ...LOCAL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'True' })[5], true);
});
