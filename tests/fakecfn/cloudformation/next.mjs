// What a request wants a stack to become: its template from the body, from S3 or from before, checked, with values.
//
// In: a request's members. Out: {template, body, parameters, tags, capabilities, notificationArns, roleArn}.

import { AwsError, validation } from '../wire/errors.mjs';
import { neededCapabilities, readTemplate } from '../template/template.mjs';
import { readParameters } from '../template/parameters.mjs';
import { typeOf } from '../resources/schema.mjs';
import { walk } from '../template/walk.mjs';

const S3_HOST =
    /^(?:([a-z0-9][a-z0-9.-]*)\.)?s3(?:[.-](?:dualstack\.)?([a-z0-9-]+))?\.(amazonaws\.com(?:\.cn)?|amazonaws\.eu|api\.aws)$/;

// Only AWS's own host names of S3 are taken; an emulator's never.
export function readUrl(fake, region, url) {
    let parsed;
    try {
        parsed = new URL(url);
    } catch {
        throw validation('TemplateURL must be a supported URL.');
    }
    const match = parsed.protocol === 'https:' && parsed.port === '' && parsed.hostname.match(S3_HOST);
    if (!match) throw validation('TemplateURL must be a supported URL.');
    const path = parsed.pathname.slice(1);
    const [bucketName, key] = match[1]
        ? [match[1], path]
        : [path.slice(0, path.indexOf('/')), path.slice(path.indexOf('/') + 1)];
    const bucket = fake.account.buckets.get(bucketName);
    const more = '\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html';
    if (!bucket) throw validation(`S3 error: The specified bucket does not exist${more}`);
    if (match[2] && match[2] !== bucket.region)
        throw validation(
            `S3 error: The bucket you are attempting to access must be addressed using the specified endpoint. Please send all future requests to this endpoint.${more}`,
        );
    const object = bucket.current(decodeURIComponent(key));
    if (!object) throw validation(`S3 error: The specified key does not exist.${more}`);
    if (object.body.length > 1_000_000) throw validation(`Template may not exceed 1000000 bytes in size.`);
    return object.body.toString();
}

function bodyOf(fake, region, stack, request) {
    const ways = [
        request.TemplateBody !== undefined,
        request.TemplateURL !== undefined,
        request.UsePreviousTemplate === true,
    ].filter(Boolean).length;
    if (ways > 1)
        throw validation('You cannot specify more than one of Template Body, Template URL or UsePreviousTemplate');
    if (request.TemplateBody !== undefined) return request.TemplateBody;
    if (request.TemplateURL !== undefined) return readUrl(fake, region, request.TemplateURL);
    if (request.UsePreviousTemplate && stack?.body) return stack.body;
    throw validation('Either Template URL or Template Body must be specified.');
}

export function templateOf(fake, region, stack, request) {
    const body = bodyOf(fake, region, stack, request);
    return { body, template: readTemplate(body) };
}

export function nextOf(fake, region, stack, request) {
    const { body, template } = templateOf(fake, region, stack, request);
    checkTypes(template);
    const parameters = readParameters(template.parameters, request.Parameters, stack?.parameters);
    const needed = neededCapabilities(template);
    const given = request.Capabilities ?? [];
    const lacking = needed.capabilities.filter(
        (c) => !given.includes(c) && !(c === 'CAPABILITY_IAM' && given.includes('CAPABILITY_NAMED_IAM')),
    );
    if (lacking.length)
        throw new AwsError('InsufficientCapabilitiesException', `Requires capabilities : [${lacking.join(', ')}]`);
    checkTags(request.Tags);
    return {
        template,
        body,
        parameters,
        tags: request.Tags ?? stack?.tags ?? [],
        capabilities: given,
        roleArn: request.RoleARN ?? stack?.roleArn,
        notificationArns: request.NotificationARNs ?? stack?.notificationArns ?? [],
        description: template.description,
    };
}

function checkTags(tags = []) {
    const keys = tags.map((t) => t.Key);
    if (new Set(keys).size !== keys.length)
        throw validation(`Duplicate tag keys found. Please ensure that there are no duplicate tag keys.`);
    if (keys.some((k) => /^aws:/i.test(k))) throw validation('Tag key must not begin with aws:');
}

function checkTypes(template) {
    const strange = [
        ...new Set(
            Object.values(template.resources)
                .map((r) => r.Type)
                .filter((t) => !typeOf(t)),
        ),
    ];
    if (strange.length) throw validation(`Template format error: Unrecognized resource types: [${strange.join(', ')}]`);
    const check = (kind, id, attribute) => {
        if (kind !== 'GetAtt' || typeof attribute !== 'string') return;
        const type = typeOf(template.resources[id]?.Type);
        if (!type?.properties || (type.name === 'AWS::CloudFormation::Stack' && attribute.startsWith('Outputs.')))
            return;
        if (!type.attributes.has(attribute))
            throw validation(
                `Template error: resource ${id} does not support attribute type ${attribute} in Fn::GetAtt`,
            );
    };
    for (const resource of Object.values(template.resources)) walk(resource.Properties ?? {}, check);
    walk(template.outputs, check);
}
