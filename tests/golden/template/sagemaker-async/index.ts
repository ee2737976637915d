import { Function, SageMaker } from "@plutolang/pluto";
import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";

const image = "111122223333.dkr.ecr.us-east-1.amazonaws.com/video:2";
const video = new SageMaker("video", image, { instanceType: "ml.g5.xlarge" });
const s3 = new S3Client({});

// Nothing but the way of asking says that the endpoint is asynchronous.
new Function(async (id: string, question: string) => {
  const Key = `input/${id}.json`;
  await s3.send(new PutObjectCommand({ Bucket: video.asyncBucket, Key, Body: question }));
  return video.invokeAsync(`s3://${video.asyncBucket}/${Key}`);
}, "ask");

new Function(async (key: string) => {
  const answer = await s3.send(new GetObjectCommand({ Bucket: video.asyncBucket, Key: key }));
  return answer.Body;
}, "read");
