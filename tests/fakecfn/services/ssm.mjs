// SSM parameters: put, read, delete.

import { AwsError } from '../wire/errors.mjs';
import { table } from './json.mjs';

const missing = (name) => new AwsError('ParameterNotFound', name === undefined ? '' : '', 400);
const arn = (region, name) => region.arn('ssm', `parameter/${name.replace(/^\//, '')}`);
const view = (region, p) => ({
    Name: p.Name,
    Type: p.Type,
    Value: p.Value,
    Version: p.Version,
    LastModifiedDate: p.time ?? 0,
    ARN: arn(region, p.Name),
    DataType: 'text',
});

export const handle = table({
    GetParameter: [
        'Name! WithDecryption',
        (fake, region, { Name }) => {
            const found = region.parameters.get(Name);
            if (!found) throw missing(Name);
            return { Parameter: view(region, found) };
        },
    ],
    GetParameters: [
        'Names! WithDecryption',
        (fake, region, { Names }) => ({
            Parameters: Names.filter((n) => region.parameters.has(n)).map((n) =>
                view(region, region.parameters.get(n)),
            ),
            InvalidParameters: Names.filter((n) => !region.parameters.has(n)),
        }),
    ],
    GetParametersByPath: [
        'Path! Recursive WithDecryption MaxResults NextToken ParameterFilters',
        (fake, region, { Path }) => ({
            Parameters: [...region.parameters.values()]
                .filter((p) => p.Name.startsWith(Path.replace(/\/?$/, '/')))
                .map((p) => view(region, p)),
        }),
    ],
    PutParameter: [
        'Name! Value! Type Overwrite Description Tags Tier KeyId AllowedPattern Policies DataType',
        (fake, region, input) => {
            const old = region.parameters.get(input.Name);
            if (old && !input.Overwrite)
                throw new AwsError(
                    'ParameterAlreadyExists',
                    'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
                    400,
                );
            if (!/^[a-zA-Z0-9_.\-/]+$/.test(input.Name) || /^\/?(aws|ssm)/i.test(input.Name))
                throw new AwsError(
                    'ValidationException',
                    `Parameter name: can't be prefixed with "aws" or "ssm" (case-insensitive).`,
                    400,
                );
            if (!old && !input.Type)
                throw new AwsError(
                    'ValidationException',
                    'A parameter type is required when you create a parameter.',
                    400,
                );
            if (input.Value === '')
                throw new AwsError(
                    'ValidationException',
                    "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.",
                    400,
                );
            const version = (old?.Version ?? 0) + 1;
            region.parameters.set(input.Name, {
                Name: input.Name,
                Type: input.Type ?? old.Type,
                Value: input.Value,
                Version: version,
                time: fake.now() / 1000,
            });
            return { Version: version, Tier: 'Standard' };
        },
    ],
    DeleteParameter: [
        'Name!',
        (fake, region, { Name }) => {
            if (!region.parameters.delete(Name)) throw missing(Name);
            return {};
        },
    ],
});
