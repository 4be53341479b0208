"""An event file as TensorBoard itself writes it, which ours must equal byte by byte.

    python3 -m venv venv && venv/bin/pip install -r test/oracle/exports/requirements.txt
    venv/bin/python test/oracle/exports/events.py test/fixtures/exports/tensorboard.tfevents
"""
import sys

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboard.compat.proto.tensor_pb2 import TensorProto
from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboard.compat.proto.types_pb2 import DT_STRING
from tensorboard.summary.writer.record_writer import RecordWriter


def scalar(tag, value, wall_time, step):
    return Event(wall_time=wall_time, step=step, summary=Summary(value=[Summary.Value(tag=tag, simple_value=value)]))


def text(tag, markdown, wall_time):
    tensor = TensorProto(dtype=DT_STRING, tensor_shape=TensorShapeProto(), string_val=[markdown.encode()])
    metadata = SummaryMetadata(plugin_data=SummaryMetadata.PluginData(plugin_name="text"))
    value = Summary.Value(tag=tag, tensor=tensor, metadata=metadata)
    return Event(wall_time=wall_time, summary=Summary(value=[value]))


start = 1763800000.25
with open(sys.argv[1], "wb") as file:
    writer = RecordWriter(file)
    for event in [
        Event(wall_time=start, file_version="brain.Event:2"),
        text("settings", "| setting | value |\n| --- | --- |\n| 学习率 | 0.1 |", start),
        scalar("train/loss", 0.1, start, 0),
        scalar("train/loss", 1 / 3, start + 1.5, 1),
        scalar("test/accuracy", 0.875, start + 2, 300),
        scalar("train/loss", float("inf"), start + 3, 2**31 + 5),
        scalar("train/loss", float("nan"), start + 4, 2**40),
    ]:
        writer.write(event.SerializeToString(deterministic=True))
