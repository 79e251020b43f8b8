"""Joint angles: ISB angles from labelled points, views of the shoulder pair, closed forms from 17 joints."""
